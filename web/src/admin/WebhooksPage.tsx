import { useQuery } from "@tanstack/react-query";
import { Button } from "react-aria-components/Button";
import { useSearchParams } from "wouter";
import { number, time, useWords, type Word } from "../words/words";
import { Failure } from "./Failure";
import { listDeliveries, listWebhooks, replay } from "./requests";
import type { Webhook } from "./types";
import { useChange } from "./useChange";

const STATES = ["pending", "delivered", "failed"] as const;

/** The user's own webhooks with their deliveries; another's are not shown to anyone. */
export function WebhooksPage() {
  const say = useWords();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((one) => one === search.get("status")) ?? "";
  const { data, error, refetch } = useQuery({
    queryKey: ["admin", "webhooks"],
    queryFn: ({ signal }) => listWebhooks({ signal }),
    refetchInterval: 10_000,
    staleTime: 0,
  });
  if (!data) return error ? <Failure error={error} again={() => void refetch()} /> : <p className="wait">{say("loading")}</p>;
  return (
    <>
      <p className="state">{say("webhook.own")}</p>
      <search className="filter">
        <label>
          {say("webhook.deliveries")}
          <select value={state} onChange={({ target }) => setSearch(target.value ? { status: target.value } : {}, { replace: true })}>
            <option value="">{say("gallery.all")}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {say(`delivery.${one}`)}
              </option>
            ))}
          </select>
        </label>
      </search>
      {data.items.length === 0 && <p>{say("webhook.none")}</p>}
      {data.items.map((webhook) => (
        <Deliveries key={webhook.id} webhook={webhook} state={state} />
      ))}
    </>
  );
}

function Deliveries({ webhook, state }: { webhook: Webhook; state: string }) {
  const say = useWords();
  const { change, error: refused, isBusy } = useChange();
  const { data } = useQuery({
    queryKey: ["admin", "deliveries", webhook.id, state],
    queryFn: ({ signal }) => listDeliveries(webhook.id, state, { signal }),
    refetchInterval: 10_000,
    staleTime: 0,
  });
  return (
    <section>
      <h2>
        <bdi>{webhook.url}</bdi>
      </h2>
      <p className={webhook.status === "active" ? "state" : "bad"}>
        {say(`webhook.${webhook.status}` as Word)} {webhook.failingSince && say("webhook.failing", { time: time(webhook.failingSince) })}
      </p>
      {refused && (
        <p role="alert" className="bad">
          {refused}
        </p>
      )}
      {data?.items.length === 0 && <p>{say("webhook.noDeliveries")}</p>}
      {data && data.items.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
        <section className="scroll" aria-label={`${say("webhook.deliveries")}: ${webhook.url}`} tabIndex={0}>
          <table>
            <tbody>
              {data.items.map((delivery) => (
                <tr key={delivery.id}>
                  <th scope="row">
                    <code>{delivery.type}</code> {time(delivery.timestamp)}
                  </th>
                  <td>{say(`delivery.${delivery.status}` as Word)}</td>
                  <td>{say("webhook.attempts", { count: number(delivery.attempts.length) })}</td>
                  <td>
                    <Button
                      aria-label={`${say("webhook.replay")}: ${delivery.type}, ${time(delivery.timestamp)}`}
                      isDisabled={isBusy}
                      onPress={() => void change(() => replay(webhook.id, delivery.id))}
                    >
                      {say("webhook.replay")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
