// What `pullproof/testing` is: the local world's origin, in other people's tests.
export { startOrigin, type TestOrigin, type TestOriginOptions } from "./start-origin.ts";
export type { Presented, Pulled, PullOptions } from "./pull.ts";
