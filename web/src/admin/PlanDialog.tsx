import { useEffect, useId, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { announce } from "../parts/announcer";
import { keepFocus } from "../parts/focus";
import { sayError, useWords, type Word } from "../words/words";
import { changeRun, planRun } from "./requests";
import type { Run, RunFilter } from "./types";

export type Kind = "retry" | "reprocess" | "discard";

interface Props {
  kind: Kind;
  filter: RunFilter;
  onClose: () => void;
  onStarted: (run: Run) => void;
}

/** Counts first what a run would do, on the server, and starts it on request. A run that deletes needs a reason. */
export function PlanDialog({ kind, filter, onClose, onStarted }: Props) {
  const say = useWords();
  const [plan, setPlan] = useState<Run>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [reason, setReason] = useState("");
  const needsReason = kind === "discard";
  const field = useId();
  const count = plan?.plan?.assets ?? 0;

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  const makePlan = () =>
    run(async () => {
      const made = await planRun(kind, filter, reason.trim());
      setPlan(made);
      announce(say(`run.count.${kind}` as Word, { count: made.plan?.assets ?? 0 }));
    });
  const start = () =>
    run(async () => {
      const started = await changeRun(plan!.id, "apply");
      announce(say("run.started"));
      onStarted(started);
      onClose();
      keepFocus();
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the dialog opens
  useEffect(() => {
    if (!needsReason) void makePlan();
  }, []);

  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => open || onClose()}>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title">{say(`run.title.${kind}` as Word)}</Heading>
          {needsReason && !plan && (
            <p>
              <label htmlFor={field}>{say("run.reason")}</label>
              <input id={field} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
            </p>
          )}
          {plan ? (
            <>
              <p>{say(`run.count.${kind}` as Word, { count })}</p>
              {plan.plan?.estimate && <p>{say("run.estimate")}</p>}
            </>
          ) : (
            !error && isBusy && <p>{say("run.counting")}</p>
          )}
          {error !== undefined && (
            <p role="alert" className="bad">
              {sayError(error)}
            </p>
          )}
          <div className="actions">
            <Button autoFocus onPress={onClose}>
              {say("cancel")}
            </Button>
            {plan ? (
              <Button className={needsReason ? "danger" : "primary"} isDisabled={isBusy || count === 0} onPress={() => void start()}>
                {say(`run.apply.${kind}` as Word, { count })}
              </Button>
            ) : (
              needsReason && (
                <Button isDisabled={isBusy || reason.trim() === ""} onPress={() => void makePlan()}>
                  {say("run.countFirst")}
                </Button>
              )
            )}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
