export { ConsolePlace, ConsoleWayBack } from "./console-place";
export { ConsoleRow, useOpenConsole } from "./console-row";
