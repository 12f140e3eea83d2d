export { ConflictChip, ContactConflicts } from "./chip";
export { ConflictSection } from "./section";
export { aboutKey, conflictId, conflictOf } from "./model";
