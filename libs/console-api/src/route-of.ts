/** The route, as OpenAPI writes it, that a request of this method and path is; null when none is. */
export function routeOf<Route extends string>(
  routes: readonly Route[],
  method: string,
  path: string,
): Route | null {
  const parts = (path.split('?')[0] ?? '').split('/');
  const fits = (route: string): boolean => {
    const wanted = route.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, at) => part === '{id}' || part === parts[at])
    );
  };
  const found = routes
    .filter((route) => route.startsWith(`${method} `) && fits(route.slice(method.length + 1)))
    // `/preview` before `/{id}`.
    .sort((one, other) => Number(one.includes('{id}')) - Number(other.includes('{id}')));
  return found[0] ?? null;
}
