const DEFAULT_PAGE_SIZE = 50;

/** Makes a page of a list, as Twilio answers it. `name` is the name of the list in it. */
export function listPage(
  name: string,
  items: readonly object[],
  { pathname, searchParams }: URL,
): Readonly<Record<string, unknown>> {
  const pageSize = Number(searchParams.get('PageSize') ?? DEFAULT_PAGE_SIZE);
  const page = Number(searchParams.get('Page') ?? 0);
  const start = page * pageSize;
  const shown = items.slice(start, start + pageSize);
  const uri = (at: number) => {
    const query = new URLSearchParams([...searchParams].filter(([key]) => key !== 'Page' && key !== 'PageToken'));
    if (at > 0) query.set('PageToken', `PA${at}`);
    query.set('Page', String(at));
    return `${pathname}?${query.toString()}`;
  };
  return {
    [name]: shown,
    page,
    page_size: pageSize,
    start,
    end: Math.max(start, start + shown.length - 1),
    uri: uri(page),
    first_page_uri: uri(0),
    next_page_uri: start + pageSize < items.length ? uri(page + 1) : null,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
  };
}
