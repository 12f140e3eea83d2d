export { useImport } from "./acts";
export { BackupHealth, importedText } from "./health";
export { BackupPrompt, BackupReminder } from "./prompt";
