/** Random input to one running system. The requests come first: their suite counts everything that they change. */
import "./fuzz/rest.ts";
import "./fuzz/messages.ts";
