/** The HTML catalogue of a contract, and the pictures in it. */
export { buildCatalogue, cataloguePages } from "./build.ts";
export { type Box, layOut } from "./layout.ts";
export { sequencePicture } from "./sequence-picture.ts";
export { readStories } from "./stories.ts";
export { eventsOf } from "./story-events.ts";
export { type TopologyNode, topologyGraph } from "./topology-graph.ts";
export { hueOf, topologyPicture } from "./topology-picture.ts";
export { duration } from "./words.ts";
