import type { ApiAnswer, ApiRoute } from '@sluice/console-api';

type Segments<Path extends string> = Path extends `${infer First}/${infer Rest}`
  ? [First, ...Segments<Rest>]
  : [Path];

/** Part by part; where the route has `{id}` any word fits. */
type Fits<Asked extends readonly string[], Described extends readonly string[]> = Asked extends readonly [
  infer One extends string,
  ...infer More extends readonly string[],
]
  ? Described extends readonly [infer Part extends string, ...infer Rest extends readonly string[]]
    ? (Part extends '{id}' ? true : One extends Part ? true : false) extends true
      ? Fits<More, Rest>
      : false
    : false
  : Described extends readonly []
    ? true
    : false;

type WithId<Method extends string, Path extends string> = {
  [Route in ApiRoute]: Route extends `${Method} ${infer Described}`
    ? Fits<Segments<Path>, Segments<Described>> extends true
      ? Route
      : never
    : never;
}[ApiRoute];

/** The route of a request, found by the compiler as `apiRouteOf` finds it when it runs; never: the API has no such. */
type RouteOf<Method extends string, Path extends string> = `${Method} ${Path}` extends ApiRoute
  ? `${Method} ${Path}`
  : WithId<Method, Path>;

/** What the shared schemas say that this request is answered with. */
export type AnswerTo<Method extends string, Path extends string> = ApiAnswer<RouteOf<Method, Path>>;

type ItemOf<Answer> = Answer extends { items: (infer Item)[]; nextCursor: string | null } ? Item : never;

/** Paths without an `{id}` that are answered with a page of such items, as they are described or as a page tells their kinds apart. */
export type ListPathOf<Item> = {
  [Route in ApiRoute]: Route extends `GET ${infer Path}`
    ? [ItemOf<ApiAnswer<Route>>] extends [never]
      ? never
      : ItemOf<ApiAnswer<Route>> extends Item
        ? Path
        : Item extends ItemOf<ApiAnswer<Route>>
          ? Path
          : never
    : never;
}[ApiRoute];
