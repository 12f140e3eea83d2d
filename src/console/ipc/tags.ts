export { consoleTags, type ConsoleCommandName } from "../../../gen/console-tags";
