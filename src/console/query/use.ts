import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/solid-query";
import type { IpcError } from "../../ipc/error";
import type { Answer, Command, Request } from "../ipc/backend";
import type { Intent } from "../../lib/request-id";
import { useBackend } from "../ipc/context";

interface AnswerOptions {
  /** Not asked while false. */
  enabled?: boolean;
  /** Shows the last answer while the next one comes. */
  keep?: boolean;
}

/** Asks a question and keeps its answer until a tag says it is stale. */
export function useAnswer<C extends Command>(command: C, request: () => Request<C>, options: () => AnswerOptions = () => ({})) {
  const backend = useBackend();
  return useQuery<Answer<C>, IpcError>(() => {
    const asked = request();
    const { enabled = true, keep = false } = options();
    return {
      queryKey: [command, ...asked] as const,
      queryFn: () => backend.call(command, ...asked),
      enabled,
      ...(keep ? { placeholderData: keepPreviousData } : {}),
    };
  });
}

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
      queryKey: [command, "pages", ...request(null)] as const,
      queryFn: ({ pageParam }: { pageParam: string | null }) =>
        backend.call(command, ...request(pageParam)) as Promise<Answer<C> & { next: string | null }>,
      initialPageParam: null as string | null,
      getNextPageParam: (last: Answer<C> & { next: string | null }) => last.next,
      enabled,
      ...(keep ? { placeholderData: keepPreviousData } : {}),
    };
  });
}

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
