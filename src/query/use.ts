import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/solid-query";
import { useBackend } from "../ipc/context";
import type { Answer, Command, Followed, FollowedAnswer, FollowedRequest, Request, Steps } from "../ipc/backend";
import type { IpcError } from "../ipc/error";
import { keyOf } from "./keys";

interface AnswerOptions {
  /** Not asked while false. */
  enabled?: boolean;
  /** Shows the last answer while the next one comes, for lists under a changing filter. */
  keep?: boolean;
}

/** Asks a question and keeps its answer until a tag says it is stale. */
export function useAnswer<C extends Command>(command: C, request: () => Request<C>, options: () => AnswerOptions = () => ({})) {
  const backend = useBackend();
  return useQuery<Answer<C>, IpcError>(() => {
    const asked = request();
    const { enabled = true, keep = false } = options();
    return {
      queryKey: keyOf(command, ...asked),
      queryFn: () => backend.call(command, ...asked),
      enabled,
      ...(keep ? { placeholderData: keepPreviousData } : {}),
    };
  });
}

type Paged = { next: string | null; total: number };

/** Asks for a list page by page. `request` gets where the page before ended. */
export function usePages<C extends Command>(
  command: C,
  request: (after: string | null) => Request<C>,
  options: () => AnswerOptions = () => ({}),
) {
  const backend = useBackend();
  return useInfiniteQuery(() => {
    const { enabled = true, keep = false } = options();
    return {
      queryKey: keyOf(command, "pages", ...request(null)),
      queryFn: ({ pageParam }: { pageParam: string | null }) =>
        backend.call(command, ...request(pageParam)) as Promise<Answer<C> & Paged>,
      initialPageParam: null as string | null,
      getNextPageParam: (last: Answer<C> & Paged) => last.next,
      enabled,
      ...(keep ? { placeholderData: keepPreviousData } : {}),
    };
  });
}

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
