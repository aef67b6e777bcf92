/** What one running system does while parts of it are interrupted. The last suite stops all of its services. */
import "./interruptions/outage.ts";
import "./interruptions/break-it.ts";
import "./interruptions/database-trouble.ts";
import "./interruptions/deadlines.ts";
import "./interruptions/shutdown.ts";
