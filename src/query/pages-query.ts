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
