import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from "@tanstack/solid-query";
import type { IpcError } from "../ipc/error";
import type { CommandLike } from "./mirror";

/** What each command of a page takes and answers. */
type Table<C extends CommandLike> = Readonly<Record<C, { request: unknown[]; answer: unknown }>>;

/** The other side, as far as questions go. */
interface Asked<C extends CommandLike, T extends Table<C>> {
  call: <Each extends C>(command: Each, ...request: T[Each]["request"]) => Promise<T[Each]["answer"]>;
}

interface AnswerOptions {
  /** Not asked while false. */
  enabled?: boolean;
  /** Shows the last answer while the next one comes, for lists under a changing filter. */
  keep?: boolean;
}

type Page = { next: string | null };

/**
 * How a page asks its own commands: both pages ask alike, each of its own table. A cached answer is known by the command
 * that gave it and by what was asked. The first part is what tags are about, so that no second table has to be kept.
 */
export function makeQuestions<C extends CommandLike, T extends Table<C>>(useBackend: () => Asked<C, T>) {
  /** Asks a question and keeps its answer until a tag says it is stale. */
  function useAnswer<Each extends C>(
    command: Each,
    request: () => T[Each]["request"],
    options: () => AnswerOptions = () => ({}),
  ): UseQueryResult<T[Each]["answer"], IpcError> {
    const backend = useBackend();
    return useQuery<T[Each]["answer"], IpcError>(() => {
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
  function usePages<Each extends C>(
    command: Each,
    request: (after: string | null) => T[Each]["request"],
    options: () => AnswerOptions = () => ({}),
  ): UseInfiniteQueryResult<InfiniteData<T[Each]["answer"] & Page, string | null>, IpcError> {
    const backend = useBackend();
    return useInfiniteQuery(() => {
      const { enabled = true, keep = false } = options();
      return {
        queryKey: [command, "pages", ...request(null)] as const,
        queryFn: ({ pageParam }: { pageParam: string | null }) =>
          backend.call(command, ...request(pageParam)) as Promise<T[Each]["answer"] & Page>,
        initialPageParam: null as string | null,
        getNextPageParam: (last: T[Each]["answer"] & Page) => last.next,
        enabled,
        ...(keep ? { placeholderData: keepPreviousData } : {}),
      };
    });
  }

  return { useAnswer, usePages };
}
