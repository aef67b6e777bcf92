/** What one running system reports, and what it keeps to itself. The last suite leaves it without a queue. */
import "./observability/logs.ts";
import "./observability/traces.ts";
import "./observability/secrets.ts";
import "./observability/metrics.ts";
import "./observability/rules.ts";
