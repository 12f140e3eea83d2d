export { AddContact } from "./add";
export { ContactChooser } from "./chooser";
export { KeepContact } from "./keep";
export { ContactList } from "./list";
