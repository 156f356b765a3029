import { useQuery } from "@tanstack/react-query";
import { PipelineError } from "../api/client";
import { Events } from "../asset/Timeline";
import { size, time, useLanguage, useWords, type Word } from "../words/words";
import { codeName } from "./AssetsPage";
import { Failure } from "./Failure";
import { oneAsset, timelineOf } from "./requests";

/** One asset of the tenant with its timeline across API, bus and worker. */
export function OperatorAssetPage({ id }: { id: string }) {
  const say = useWords();
  const language = useLanguage();
  const { data, error, refetch } = useQuery({
    queryKey: ["admin", "asset", id],
    queryFn: ({ signal }) => oneAsset(id, { signal }),
    refetchInterval: 5000,
    staleTime: 0,
  });
  const timeline = useQuery({
    queryKey: ["admin", "timeline", id, data?.updatedAt],
    queryFn: ({ signal }) => timelineOf(id, { signal }),
    placeholderData: (before) => before,
  });
  if (!data && error instanceof PipelineError && (error.status === 404 || error.status === 400)) return <p>{say("asset.notFound")}</p>;
  if (!data) return error ? <Failure error={error} again={() => void refetch()} /> : <p className="wait">{say("loading")}</p>;
  const rows: [Word, string][] = [
    ["admin.asset", data.id],
    ["gallery.status", say(`statusName.${data.status}` as Word)],
    ["admin.owner", data.ownerId],
    ["admin.profile", data.profile],
    ["admin.type", `${data.contentType}, ${size(data.size)}`],
    ["admin.revision", `${data.revision} / ${data.attempt}`],
    ["admin.changed", time(data.updatedAt)],
  ];
  return (
    <>
      {data.code && (
        <p className="bad">
          {codeName(data)} {language === "en" && data.reason}
        </p>
      )}
      {data.thumbnailUrl && <img className="small" src={data.thumbnailUrl} alt="" />}
      <dl className="facts">
        {rows.map(([word, value]) => (
          <div key={word}>
            <dt>{say(word)}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <Events events={timeline.data?.events ?? []} />
    </>
  );
}
