import { useMutation } from "@tanstack/solid-query";
import { useBackend } from "../ipc/context";
import type { Answer, Calls, Command, Followed, FollowedAnswer, FollowedRequest, Request, Steps } from "../ipc/backend";
import type { IpcError } from "../ipc/error";
import { makeQuestions } from "./questions";

export const { useAnswer, usePages } = makeQuestions<Command, Calls>(useBackend);

interface CommandOptions<C extends Command> {
  /** The screen shows the error itself. */
  quiet?: boolean;
  /** Runs when it is done, after the session is up to date, even if the screen that asked is gone by then. */
  onDone?: (answer: Answer<C>) => void;
}

/** Has something done. What that makes stale follows from the command's tags. */
export function useCommand<C extends Command>(command: C, options: CommandOptions<C> = {}) {
  const backend = useBackend();
  return useMutation<Answer<C>, IpcError, Request<C>>(() => ({
    mutationFn: (request: Request<C>) => backend.call(command, ...request),
    meta: { command, quiet: options.quiet ?? false },
    onSuccess: (answer) => options.onDone?.(answer),
  }));
}

interface FollowOptions<C extends Followed> {
  /** What is asked for, read when it begins: it may hold what must not stay in the cache. */
  request: () => FollowedRequest<C>;
  onStep: (step: Steps[C]) => void;
  onDone?: (answer: FollowedAnswer<C>) => void;
}

/** Has something done that tells its steps. The screen shows the error itself. */
export function useFollowed<C extends Followed>(command: C, options: FollowOptions<C>) {
  const backend = useBackend();
  return useMutation<FollowedAnswer<C>, IpcError>(() => ({
    mutationFn: () => backend.follow(command, options.request(), (step) => options.onStep(step)),
    meta: { command, quiet: true },
    onSuccess: (answer) => options.onDone?.(answer),
  }));
}
