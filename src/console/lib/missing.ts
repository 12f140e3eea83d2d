const CODES: readonly string[] = ["node_not_found", "bad_input", "bad_address"];

/** Whether a failure only says that the node knows no such thing. */
export function isMissing(error: { code: string }): boolean {
  return CODES.includes(error.code);
}
