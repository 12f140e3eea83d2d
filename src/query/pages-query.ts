import { createEffect, on } from "solid-js";

/** What a screen has to know about a paged list: the same as about a single answer. */
interface PagedQuery<P> {
  isPending: boolean;
  isError: boolean;
  isFetching: boolean;
  error: unknown;
  data: { pages: P[] } | undefined;
  refetch: () => unknown;
}

/** Shows a paged question as one answer: all rows so far. Stays reactive, since it only hands on what is read. */
export function flattened<P, Row>(pages: PagedQuery<P>, rows: (pages: P[]) => Row) {
  return {
    get isPending() {
      return pages.isPending;
    },
    get isError() {
      return pages.isError;
    },
    get isFetching() {
      return pages.isFetching;
    },
    get error() {
      return pages.error;
    },
    get data(): Row | undefined {
      return pages.isPending || pages.data === undefined ? undefined : rows(pages.data.pages);
    },
    refetch: () => pages.refetch(),
  };
}

/** A list of which more may come. */
export interface Growing {
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/**
 * Returns what to call when the end of a list is near: the next page is asked for once, after what is being asked, and not
 * again by itself when it failed.
 */
export function createMore(pages: () => Growing): () => void {
  let isNear = false;
  let isAsked = false;
  const ask = (): void => {
    const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = pages();
    // A page that is asked for while all are renewed would end that.
    if (!isNear || isAsked || isFetching || !hasNextPage || isFetchNextPageError) return;
    [isNear, isAsked] = [false, true];
    void fetchNextPage().finally(() => {
      isAsked = false;
      ask();
    });
  };
  createEffect(on(() => pages().isFetching, ask));
  return () => {
    isNear = true;
    ask();
  };
}
