export { consoleTags, type ConsoleCommandName } from "../../../gen/cache-tags";
