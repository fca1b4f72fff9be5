// Receives OTLP metrics over HTTP and decodes them with OpenTelemetry's own generated code. Prints its address, then one
// line of JSON a data point: service, name, unit, labels, value (of a histogram: its count). Packages are found in the
// folder of the first argument.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const root = require("./node_modules/@opentelemetry/otlp-transformer/build/src/generated/root.js");
const metrics = root.opentelemetry.proto.collector.metrics.v1;
const text = (value) => value.stringValue ?? String(value.intValue ?? value.doubleValue ?? value.boolValue);
const attributes = (list) => Object.fromEntries((list ?? []).map((one) => [one.key, text(one.value)]));

function print(body) {
  for (const resource of metrics.ExportMetricsServiceRequest.decode(body).resourceMetrics) {
    const service = attributes(resource.resource?.attributes)["service.name"];
    for (const metric of resource.scopeMetrics.flatMap((scope) => scope.metrics)) {
      const { dataPoints } = metric.sum ?? metric.gauge ?? metric.histogram ?? { dataPoints: [] };
      for (const point of dataPoints) {
        const value = Number(metric.histogram ? point.count : point.asInt ?? point.asDouble);
        const labels = attributes(point.attributes);
        console.log(JSON.stringify({ service, name: metric.name, unit: metric.unit, labels, value }));
      }
    }
  }
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const isMetrics = request.method === "POST" && request.url === "/v1/metrics"
      && request.headers["content-type"] === "application/x-protobuf";
    if (isMetrics) print(Buffer.concat(parts));
    response.writeHead(isMetrics ? 200 : 400, { "content-type": "application/x-protobuf" });
    response.end(Buffer.from(metrics.ExportMetricsServiceResponse.encode({}).finish()));
  });
});
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
