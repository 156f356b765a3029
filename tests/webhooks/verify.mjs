// Compares what the library says about each request with what the file expects.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, requests } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const webhook = new Webhook(secret);
let wrong = 0;
for (const { name, accepted, headers, body } of requests) {
  let result = "accepted";
  try {
    webhook.verify(body, headers);
  } catch (error) {
    result = `refused: ${error.message}`;
  }
  console.log(`${name}: ${result}`);
  if (accepted !== (result === "accepted")) wrong++;
}
process.exit(wrong === 0 && requests.length > 0 ? 0 : 1);
