import { useMutation } from "@tanstack/solid-query";
import type { IpcError } from "../../ipc/error";
import { makeQuestions } from "../../query/questions";
import type { Answer, Calls, Command, Request } from "../ipc/backend";
import type { Intent } from "../../lib/request-id";
import { useBackend } from "../ipc/context";

export const { useAnswer, usePages } = makeQuestions<Command, Calls>(useBackend);

interface CommandOptions<C extends Command> {
  /** What is wanted. Rust takes each id once, whatever came of it: whoever tries again wants it anew. */
  intent?: Intent;
  onDone?: (answer: Answer<C>) => void;
}

/** Has something done. What that makes stale follows from the command's tags; its screen shows the error itself. */
export function useCommand<C extends Command>(command: C, options: CommandOptions<C> = {}) {
  const backend = useBackend();
  return useMutation<Answer<C>, IpcError, Request<C>>(() => ({
    mutationFn: (request: Request<C>) => backend.call(command, ...request),
    meta: { command, quiet: true },
    onSuccess: (answer) => options.onDone?.(answer),
    onSettled: () => options.intent?.done(),
  }));
}
