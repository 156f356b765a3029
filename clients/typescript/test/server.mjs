// The real embedded server in a folder of its own, and users with tokens for it.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../../src/AllInOne/bin/Release/net10.0/Pipeline.AllInOne.dll", import.meta.url));

/** A photo of the repository. */
export const photo = readFileSync(new URL("../../../examples/photo.jpg", import.meta.url));

/** Starts a server; `settings` are environment variables. */
export async function startServer(settings = {}) {
  const program = process.env.PIPELINE_SERVER_DLL ?? built;
  if (!existsSync(program)) throw new Error(`${program} is missing: run dotnet build src/AllInOne -c Release`);
  const folder = mkdtempSync(join(tmpdir(), "pipeline-client-"));
  const port = await freePort();
  const limits = ["Confirm", "Reprocess", "FocalPoint", "Delete", "Ticket", "WebhookChange", "SignAgain", "Keep", "Parts", "DownloadUrl"];
  const child = spawn("dotnet", [program], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PORT: `${port}`,
      Scanner__Kind: "development",
      Uploads__RateLimit__PerMinute: "10000",
      ...Object.fromEntries(limits.map((limit) => [`RateLimits__${limit}PerMinute`, "10000"])),
      ...settings,
    },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (log += data));
  const address = `http://localhost:${port}`;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`The server has ended:\n${log}`);
      return (await fetch(`${address}/health/ready`).catch(() => undefined))?.ok;
    });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  const secret = settings.JWT_SECRET ?? readFileSync(join(folder, "data", "jwt-secret"), "utf8").trim();
  return {
    address,
    token: (userId = "ada", seconds = 3600) => token(secret, userId, seconds),
    async stop() {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer is truthy. */
export async function until(ask, milliseconds = 180_000) {
  for (const end = Date.now() + milliseconds; ; ) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function token(secret, userId, seconds) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part({ userId, exp: Math.floor(Date.now() / 1000) + seconds })}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
