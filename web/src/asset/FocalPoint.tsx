import type { Asset } from "@pipeline/client";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { Button } from "react-aria-components/Button";
import { client } from "../api/client";
import { announce } from "../parts/announcer";
import { number, sayError, useWords } from "../words/words";
import { moved, type Point, positionOf } from "./crop";

const BOXES = [1, 16 / 9, 3 / 4];

/** Sets the point that crops keep in view, by a click or by arrow keys; the crops show it at once. */
export function FocalPoint({ asset, src, aspect }: { asset: Asset; src: string; aspect: number }) {
  const say = useWords();
  const kept: Point = asset.focalPoint ?? { x: 0.5, y: 0.5 };
  const [point, setPoint] = useState<Point>(kept);
  const [problem, setProblem] = useState<string>();
  const isChanged = point.x !== kept.x || point.y !== kept.y;

  const click = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const round = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
    setPoint({ x: round((event.clientX - left) / width), y: round((event.clientY - top) / height) });
  };
  const press = (event: KeyboardEvent) => {
    const next = moved(point, event.key, event.shiftKey ? 0.1 : 0.01);
    if (!next) return;
    event.preventDefault();
    setPoint(next);
  };
  const save = async (change: () => Promise<unknown>) => {
    try {
      await change();
      setProblem(undefined);
      announce(say("focus.saved"));
    } catch (error) {
      setProblem(sayError(error));
    }
  };
  const path = `/api/assets/${asset.id}/focal-point`;
  const place = say("focus.at", { x: number(point.x * 100), y: number(point.y * 100) });
  return (
    <section>
      <h2>{say("focus.title")}</h2>
      <p>{say("focus.text")}</p>
      <div className="focus" style={{ aspectRatio: aspect }} onPointerDown={click}>
        <img src={src} alt="" draggable={false} />
        <button
          type="button"
          className="point"
          aria-label={say("focus.point", { place })}
          style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
          onKeyDown={press}
        />
      </div>
      <p aria-live="polite">{place}</p>
      <div className="crops">
        {BOXES.map((box) => {
          const { x, y } = positionOf(point, aspect, box);
          return <img key={box} src={src} alt="" style={{ aspectRatio: box, objectPosition: `${x}% ${y}%` }} />;
        })}
      </div>
      <div className="actions">
        <Button isDisabled={!isChanged} className="primary" onPress={() => void save(() => client.http.json(path, { method: "PUT", body: point }))}>
          {say("focus.save")}
        </Button>
        <Button
          isDisabled={!asset.focalPoint}
          onPress={() => void save(() => client.http.json(path, { method: "DELETE" })).then(() => setPoint({ x: 0.5, y: 0.5 }))}
        >
          {say("focus.unset")}
        </Button>
      </div>
      {problem && (
        <p role="alert" className="bad">
          {problem}
        </p>
      )}
    </section>
  );
}
