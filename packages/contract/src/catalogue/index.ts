/** The HTML catalogue of a contract, and the pictures in it. */
export { buildCatalogue, cataloguePages } from "./build.ts";
export { sequencePicture } from "./sequence-picture.ts";
export { readStories } from "./stories.ts";
export { eventsOf } from "./story-events.ts";
export { topologyPicture } from "./topology-picture.ts";
