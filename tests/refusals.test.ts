/** What one running system refuses: people, services, messages and a topology other than the contract's. */
import "./refusals/people.ts";
import "./refusals/services.ts";
import "./refusals/poison.ts";
import "./refusals/topology.ts";
