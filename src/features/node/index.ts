export { ConsoleRow, useOpenConsole } from "./console-row";
