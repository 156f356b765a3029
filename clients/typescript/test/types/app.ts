// An app's code against the declarations of the package. It is compiled, not run.
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { createClient, PipelineError, type Asset } from "@pipeline/client";
import { fileSource } from "@pipeline/client/node";
import { pipelineS3 } from "@pipeline/client/uppy";

const client = createClient({ baseUrl: "https://uploads.example.com", token: async () => "…" });

export async function upload(files: File[]): Promise<(Asset | undefined)[]> {
  const task = client.uploadAll(files, { fields: (file) => ({ profile: file.size > 1000 ? "web" : "avatar", focalPoint: { x: 0.5, y: 0.5 } }), wait: true });
  task.pause();
  task.resume();
  for (const result of await task) if (result.status === "rejected" && result.reason instanceof PipelineError) console.error(result.reason.code, result.reason.errors);
  // @ts-expect-error no such visibility
  await client.setVisibility("id", "hidden");
  if ((await client.limits()).maxBytes < 1000) return [];
  // @ts-expect-error no such status
  await client.list({ status: "done" });
  const { asset } = await client.upload(await fileSource("beach.jpg"), { wait: 60_000 });
  for await (const event of client.events({ asset: asset!.id })) if (event.type !== "reset") console.log(event);
  return [asset];
}

const uppy = new Uppy();
uppy.use(AwsS3, pipelineS3(uppy, client, { fields: () => ({ profile: "web" }) }));
