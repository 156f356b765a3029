// Generated from the OpenAPI document; test/types.test.mjs checks it, and APPROVE=1 writes it again.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A media type that an upload may claim. */
        AcceptedType: {
            /** @description The media type. */
            contentType: string;
            /** @description The endings of file names of this type. */
            extensions: string[];
        };
        /** @description Something that explains a change of the series. */
        ActivityMarkView: {
            /**
             * @description engine: the first result of an engine; outage: a dependency failed; unmeasured: nobody counted.
             * @enum {string}
             */
            kind: "engine" | "outage" | "unmeasured";
            /** @description The engine or the dependency; omitted without one. */
            subject?: string;
            /**
             * Format: date-time
             * @description When it began.
             */
            at: string;
            /**
             * Format: date-time
             * @description When it ended; omitted for an engine and while it lasts.
             */
            until?: string;
        };
        /** @description Outcomes by step of time. */
        ActivitySeries: {
            /**
             * Format: date-time
             * @description The begin of the first step.
             */
            from: string;
            /**
             * Format: int32
             * @description The length of a step.
             */
            stepSeconds: number;
            /** @description Published revisions by step, the oldest first. */
            ready: number[];
            /** @description Rejected files by step. */
            rejected: number[];
            /** @description Failed revisions by step. */
            failed: number[];
        };
        /** @description The upload is confirmed already, so it needs no URL; a repeated request gets its id or batchId. */
        AlreadyConfirmedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:already_confirmed";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "already_confirmed";
            /**
             * Format: uuid
             * @description The upload, in the answer to a repeated request.
             */
            id?: string;
            /**
             * Format: uuid
             * @description The batch, in the answer to a repeated request.
             */
            batchId?: string;
        };
        /** @description A limit, and how much of it is used. */
        AmountView: {
            /**
             * Format: int64
             * @description The used amount.
             */
            used: number;
            /**
             * Format: int64
             * @description The limit; omitted if there is none.
             */
            max: number;
            /**
             * Format: int64
             * @description The rest of the limit; omitted without a limit.
             */
            remaining: number;
        };
        /** @description The areas. */
        AreaList: {
            /** @description All areas that can move. */
            items: components["schemas"]["AreaView"][];
        };
        /** @description An area, and the store to which it moves. A field is missing if it does not apply. */
        AreaView: {
            /**
             * @description The area.
             * @enum {string}
             */
            area: "originals" | "public" | "private" | "quarantine";
            /** @description The target to which this server also writes. */
            writesTo?: string;
            /** @description The target from which the area is read; omitted if it is its own store. */
            readFrom?: string;
            /**
             * @description copying: it is read from its own store; switched: from the target; ended: the settings name the target as its own store. Omitted if it never moved.
             * @enum {string}
             */
            state?: "copying" | "switched" | "ended";
            /**
             * Format: date-time
             * @description When it was switched.
             */
            switchedAt?: string;
            /**
             * Format: date-time
             * @description Until when it can go back.
             */
            backUntil?: string;
        };
        /** @description A part that has arrived. */
        ArrivedPart: {
            /**
             * Format: int32
             * @description Counts from 1.
             */
            number: number;
            /**
             * Format: int64
             * @description Bytes of the part.
             */
            size: number;
        };
        /** @description Names 1 to 100 assets. */
        AssetIdsRequest: {
            /** @description 1 to 100 ids. An id that occurs twice gets two results. */
            ids: string[];
        };
        /** @description One page of your assets. The newest come first. */
        AssetPage: {
            /** @description The assets. */
            items: components["schemas"]["AssetView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description An asset with its upload and its variants. A field is missing if its value is unknown or does not apply. */
        AssetView: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /**
             * @description The state.
             * @enum {string}
             */
            status: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /**
             * Format: int32
             * @description The revision.
             */
            revision: number;
            /**
             * Format: int32
             * @description Grows with each change, with gaps. Of two states of one asset the one with the larger sequence is newer.
             */
            sequence: number;
            /** @description The tenant. */
            tenantId: string;
            /**
             * Format: uuid
             * @description The batch that the upload was requested in; omitted without one.
             */
            batchId?: string;
            /** @description The file's name, as sent. */
            filename: string;
            /** @description The media type detected from the bytes; before the inspection, the announced one. */
            contentType: string;
            /**
             * Format: int64
             * @description Bytes of the uploaded file.
             */
            size: number;
            /** @description The profile, which defines the variants. */
            profile: string;
            /** @description SHA-256 of the bytes, 64 hex digits. */
            sha256?: string;
            /**
             * Format: int32
             * @description Pixels.
             */
            width?: number;
            /**
             * Format: int32
             * @description Pixels.
             */
            height?: number;
            /**
             * Format: int32
             * @description Frames of an animation; 1 for a still picture.
             */
            frames?: number;
            /** @description The kinds of metadata that the original has and the variants do not: exif, gps, xmp, iptc, comment, thumbnail; more may be added. gps: the file names the place where the photo was taken; the place itself is shown nowhere. Omitted before the first publication, and for publications of earlier versions. */
            removed?: string[];
            /** @description A preview to show before the first variant has loaded. */
            placeholder?: components["schemas"]["Placeholder"];
            /** @description The point that crops keep in view. */
            focalPoint?: components["schemas"]["FocalPoint"];
            /** @description 64 bits as 16 hex digits; the fewer bits differ, the more similar two pictures are. */
            perceptualHash?: string;
            /** @description Whether the workers would make other variants today; a reprocess makes them. */
            stale: boolean;
            /**
             * @description settings: the profile has other settings today; engine: only the imaging engine has another version. Omitted unless stale.
             * @enum {string}
             */
            staleReason?: "settings" | "engine";
            /** @description The published variants. */
            variants: components["schemas"]["VariantView"][];
            /** @description The reason of the rejection; omitted unless the file was rejected. */
            rejection?: components["schemas"]["RejectionView"];
            /** @description The reason of the last failed attempt; omitted if none failed. */
            failure?: components["schemas"]["FailureView"];
            /** @description A newer revision of a ready asset that is being processed. */
            work?: components["schemas"]["WorkView"];
            /**
             * Format: date-time
             * @description When the upload URL was requested.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the upload was confirmed.
             */
            confirmedAt?: string;
            /**
             * Format: date-time
             * @description When the variants were published.
             */
            readyAt?: string;
            /**
             * @description Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.
             * @enum {string}
             */
            visibility: "public" | "private";
            /** @description true if the asset is deleted some time after it is ready, unless you keep it; omitted otherwise. */
            temporary?: boolean;
            /**
             * Format: date-time
             * @description When a temporary asset is deleted; omitted until it is ready.
             */
            deleteAt?: string;
            /**
             * Format: date-time
             * @description When the asset last changed.
             */
            updatedAt: string;
        };
        /** @description What an operator did or tried. */
        AuditLineView: {
            /**
             * Format: uuid
             * @description The line.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description The user of the token. */
            userId: string;
            /** @description The roles that the token named. */
            roles: ("viewer" | "operator" | "admin")[];
            /** @description The kind of change; more may be added. */
            verb: string;
            /** @description The changed thing, usually an id; omitted if there is none. */
            target?: string;
            /** @description The filter or the new settings; omitted without. */
            filter?: {
                [key: string]: unknown;
            };
            /** @description The reason that the operator gave; omitted without. */
            reason?: string;
            /** @description ok, or the code of the problem that refused the request. */
            result: string;
            /** @description The id of the request in the server's log. */
            requestId: string;
        };
        /** @description One page of the audit. The newest lines come first. */
        AuditPage: {
            /** @description The lines. */
            items: components["schemas"]["AuditLineView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description A batch with its assets, in the order of the request. */
        BatchViewOfAssetView: {
            /**
             * Format: uuid
             * @description The batch that the upload was requested in; omitted without one.
             */
            batchId: string;
            /**
             * @description pending: no upload is confirmed; completed: all assets were final; processing: between these.
             * @enum {string}
             */
            status: "pending" | "processing" | "completed";
            /**
             * @description What came of a completed batch; omitted before.
             * @enum {string}
             */
            outcome?: "all_ready" | "some_ready" | "none_ready";
            /**
             * Format: int32
             * @description How many uploads were requested.
             */
            total: number;
            /** @description The number of assets in each state that occurs. */
            byStatus: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description When the upload URL was requested.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the last asset became final; omitted before.
             */
            completedAt?: string;
            /** @description The assets, in the order of the request. */
            assets: components["schemas"]["AssetView"][];
        };
        /** @description The file to upload in parts, or the id of an upload that was requested before. */
        BeginMultipartRequest: {
            /** @description The file's name, as sent. */
            filename?: null | string;
            /** @description The media type. */
            contentType?: null | string;
            /** @description Bytes of the file. */
            fileSize?: null | number;
            /** @description SHA-256 of the bytes, 64 hex digits. */
            sha256?: null | string;
            /** @description The profile, which defines the variants. */
            profile?: null | string;
            /** @description The point that crops keep in view. */
            focalPoint?: null | components["schemas"]["FocalPointRequest"];
            /** @description true if the asset is deleted some time after it is ready, unless you keep it; omitted otherwise. */
            temporary?: null | boolean;
            /**
             * @description Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.
             * @enum {null|string}
             */
            visibility?: "public" | "private" | null;
            /** @description true: the arrival of the file confirms it within a minute. */
            autoConfirm?: null | boolean;
            /**
             * Format: uuid
             * @description An upload that was requested as a single PUT; leave the other fields out.
             */
            id?: null | string;
        };
        /** @description The body is larger than this route accepts. */
        BodyTooLargeProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:body_too_large";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 413;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "body_too_large";
        };
        /** @description Addresses for the checks that only a client can do. */
        BrowserView: {
            /** @description The origins of the front ends. */
            origins: string[];
            /** @description An upload URL without its signature, for a preflight request. */
            uploadUrl: string;
            /** @description The headers that an upload sends. */
            uploadHeaders: string[];
        };
        /** @description What to change. */
        ChangeAssetRequest: {
            /**
             * @description Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.
             * @enum {string}
             */
            visibility: "public" | "private";
        };
        /** @description The new pace. */
        ChangeRunRequest: {
            /** @description How fast. */
            pace: components["schemas"]["RunPaceRequest"];
            /** @description Why; kept in the audit. */
            reason?: null | string;
        };
        /** @description What to change. A field that you leave out stays as it is. */
        ChangeWebhookRequest: {
            /** @description Where to send events. */
            url?: null | string;
            /** @description The types of events to send; an empty list for all. */
            events?: null | ("asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused")[];
            /** @description A note for people, at most 200 characters. */
            description?: null | string;
            /** @description false disables the webhook; true makes it active, and sends what it missed. */
            enabled?: null | boolean;
        };
        /** @description Options of the confirm. */
        CompleteMultipartRequest: {
            /** @description Another name for the file. */
            originalFilename?: null | string;
        };
        /** @description One result for each id, in the order of the request. */
        ConfirmBatchResponse: {
            /** @description One result for each id, in the order of the request. */
            results: components["schemas"]["ConfirmBatchResult"][];
        };
        /** @description Whether an upload is confirmed. */
        ConfirmBatchResult: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description Whether the upload is confirmed, by this request or an earlier one. */
            success: boolean;
            /**
             * @description The state; omitted on an error.
             * @enum {string}
             */
            status?: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /** @description The reason; omitted on success. */
            error?: components["schemas"]["ItemError"];
        };
        /** @description Names the upload by its id. */
        ConfirmById: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key?: null | string;
            /** @description Another name for the file. */
            originalFilename?: null | string;
        };
        /** @description Names the upload by its key. */
        ConfirmByKey: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id?: null | string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /** @description Another name for the file. */
            originalFilename?: null | string;
        };
        /** @description Names the upload by id, by key or by both. */
        ConfirmRequest: components["schemas"]["ConfirmById"] | components["schemas"]["ConfirmByKey"];
        /** @description The upload is confirmed and will be processed. */
        ConfirmResponse: {
            /** @description Always true. */
            success: boolean;
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /**
             * @description The state.
             * @enum {string}
             */
            status: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /** @description The asset, if the request waited for it. */
            asset?: components["schemas"]["AssetView"];
        };
        /** @description What the object store costs. */
        CostReport: {
            /**
             * Format: int32
             * @description The days that are counted, with today.
             */
            days: number;
            /**
             * Format: int64
             * @description Stored assets.
             */
            assets: number;
            /**
             * Format: int64
             * @description Bytes of the originals.
             */
            originalBytes: number;
            /**
             * Format: int64
             * @description Bytes of the published variants, by a sample of the newest assets.
             */
            variantBytes: number;
            /** @description The counted requests. */
            requests: components["schemas"]["RequestCountView"][];
            /** @description What each provider takes for a month like this, without what visitors read. */
            month: components["schemas"]["ProviderCostView"][];
        };
        /** @description The webhook to add. */
        CreateWebhookRequest: {
            /** @description Where to send events: an https URL without user, password and fragment. */
            url: string;
            /** @description The types of events to send; none for all. */
            events?: null | ("asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused")[];
            /** @description A note for people, at most 200 characters. */
            description?: null | string;
        };
        /** @description The event of this cursor is forgotten or unknown: list the assets, then read on without a cursor. */
        CursorExpiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:cursor_expired";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 410;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "cursor_expired";
        };
        /** @description How much may be deleted, and why. */
        DeleteOrphansRequest: {
            /**
             * Format: int32
             * @description Most orphans to delete, 1 to 100,000; by default 1 % of the listed objects, at most 1,000.
             */
            maxDelete?: null | number;
            /** @description Why; kept in the audit. */
            reason?: null | string;
        };
        /** @description One try of a delivery. */
        DeliveryAttemptView: {
            /**
             * Format: int32
             * @description Counts from 1.
             */
            number: number;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int32
             * @description The HTTP status of the answer; omitted if none came.
             */
            status?: number;
            /**
             * Format: int32
             * @description How long it took, in milliseconds.
             */
            ms: number;
            /**
             * @description Why it failed; omitted after a success.
             * @enum {string}
             */
            error?: "timeout" | "connection_failed" | "tls_failed" | "name_not_resolved" | "forbidden_address" | "invalid_answer" | "redirect" | "not_2xx" | "secret_unreadable" | "event_gone";
            /** @description The beginning of the answer, at most 1 KiB; omitted if there is none. */
            answer?: string;
        };
        /** @description One page of deliveries. The newest come first. */
        DeliveryPage: {
            /** @description The deliveries. */
            items: components["schemas"]["DeliveryView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description An event for a webhook. */
        DeliveryView: {
            /** @description The id of the event, which each attempt has as webhook-id. */
            id: string;
            /**
             * @description The type of the event.
             * @enum {string}
             */
            type: "asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * @description The state.
             * @enum {string}
             */
            status: "pending" | "delivered" | "failed";
            /**
             * Format: date-time
             * @description When it is sent next; omitted while it is sent and once it is delivered or failed.
             */
            nextAttemptAt?: string;
            /**
             * Format: date-time
             * @description When it became delivered or failed.
             */
            settledAt?: string;
            /** @description The last 50 attempts, the oldest first. */
            attempts: components["schemas"]["DeliveryAttemptView"][];
        };
        /** @description Something that the pipeline needs. */
        DependencyView: {
            /** @description Its name. */
            name: string;
            /**
             * @description warn: it works, and needs attention.
             * @enum {string}
             */
            status: "ok" | "warn" | "fail";
            /**
             * Format: date-time
             * @description Since when it is so.
             */
            since: string;
            /** @description A sentence; omitted if there is nothing to say. */
            detail?: string;
            /**
             * Format: int64
             * @description The age of the scanner's signatures; omitted for all others.
             */
            ageSeconds?: number;
        };
        /** @description The result of all checks. */
        DoctorReport: {
            /**
             * Format: date-time
             * @description The time of the server's clock.
             */
            at: string;
            /**
             * @description The worst status of a finding; skipped counts as ok.
             * @enum {string}
             */
            status: "ok" | "warn" | "fail";
            /** @description The roles that the token names. */
            roles: string[];
            /** @description One result for each check. */
            findings: components["schemas"]["FindingView"][];
            /** @description Addresses for the checks that only a client can do. */
            browser: components["schemas"]["BrowserView"];
        };
        /** @description A URL that reads one file until it expires. */
        DownloadResponse: {
            /**
             * Format: uri
             * @description Reads the file without a token. Keep it secret until expiresAt.
             */
            url: string;
            /**
             * Format: date-time
             * @description The time at which the URL expires.
             */
            expiresAt: string;
        };
        /** @description A plan that is not stored. */
        DryRunResponse: {
            /** @description What the run would do. */
            plan: components["schemas"]["RunPlanView"];
        };
        /** @description Your events, the oldest first. */
        EventPage: {
            /** @description The events, the oldest first. */
            events: components["schemas"]["EventView"][];
            /** @description The cursor of the events that follow; omitted while you have no event. */
            nextCursor?: string;
        };
        /** @description An event. */
        EventView: {
            /** @description The event; the same on all roads. */
            id: string;
            /** @description The type; more may be added. */
            type: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * Format: int32
             * @description Grows with each event of an asset: an event with a smaller one is late.
             */
            sequence: number;
            /** @description The asset or batch as the change left it, as a GET shows it. */
            data: {
                [key: string]: unknown;
            };
        };
        /** @description The assets that failed with one code. */
        FailedGroup: {
            /** @description The code of the failure. */
            code: string;
            /**
             * Format: int32
             * @description Assets whose last revision failed with it.
             */
            count: number;
            /**
             * Format: date-time
             * @description When the first of them changed last.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When the last of them changed last.
             */
            lastAt: string;
            /**
             * Format: uuid
             * @description The newest of them.
             */
            exampleId: string;
            /** @description Its reason. */
            exampleReason?: string;
            /** @description What to do. */
            advice: string;
        };
        /** @description The failed assets by code. */
        FailedList: {
            /** @description The codes, the most frequent first. */
            items: components["schemas"]["FailedGroup"][];
        };
        /** @description A failed asset. */
        FailureExample: {
            /**
             * Format: uuid
             * @description The asset.
             */
            assetId: string;
            /**
             * Format: uri
             * @description A small picture of an earlier revision; omitted without one, and for private assets.
             */
            thumbnailUrl?: string;
        };
        /** @description Failed assets with one code and one engine. */
        FailureGroup: {
            /** @description The code of the failure. */
            code: string;
            /** @description The imaging engine; omitted if no worker reported the failure. */
            engine?: string;
            /**
             * Format: int32
             * @description Assets of the group.
             */
            count: number;
            /** @description true: counting ended at 10,000 assets, so there may be more. */
            atLeast: boolean;
            /**
             * Format: date-time
             * @description When the first of them changed last.
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description When the last of them changed last.
             */
            lastAt: string;
            /** @description The three newest. */
            examples: components["schemas"]["FailureExample"][];
            /** @description What to do. */
            advice: string;
        };
        /** @description The reason of a failure of the server. */
        FailureView: {
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "scanner_unavailable" | "storage_unavailable" | "source_missing" | "unknown_profile" | "watermark_missing" | "worker_lost" | "worker_overloaded" | "original_differs" | "internal";
            /** @description A sentence for people. */
            reason: string;
            /**
             * Format: int32
             * @description Number of attempts.
             */
            attempts: number;
            /**
             * Format: date-time
             * @description The time of the next attempt; omitted while an attempt runs and after the last one.
             */
            nextAttemptAt?: string;
        };
        /** @description The filter has no condition; add one, or send all: true. */
        FilterRequiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:filter_required";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 400;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "filter_required";
        };
        /** @description The result of a check. */
        FindingView: {
            /** @description The name of the check. */
            check: string;
            /**
             * @description skipped: it does not apply, or this server cannot check it.
             * @enum {string}
             */
            status: "ok" | "skipped" | "warn" | "fail";
            /** @description The result in a sentence. */
            detail: string;
            /** @description What to do; omitted if nothing is to be done. */
            fix?: string;
        };
        /** @description A place in the image as a person sees it, after the orientation was applied. */
        FocalPoint: {
            /**
             * Format: double
             * @description 0 at the left edge, 1 at the right.
             */
            x: number;
            /**
             * Format: double
             * @description 0 at the top edge, 1 at the bottom.
             */
            y: number;
        };
        /** @description The point that crops keep in view, as fractions of the upright image. */
        FocalPointRequest: {
            /**
             * Format: double
             * @description From 0, the left edge, to 1, the right edge.
             */
            x: number;
            /**
             * Format: double
             * @description From 0, the top edge, to 1, the bottom edge.
             */
            y: number;
        };
        /** @description The revision that is made with the focal point. */
        FocalPointResponse: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /**
             * Format: int32
             * @description The revision.
             */
            revision: number;
        };
        /** @description The host of the URL is, or resolves to, a private or reserved address. */
        ForbiddenAddressProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:forbidden_address";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 400;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "forbidden_address";
        };
        /** @description The token lacks the role that this route needs; role names it. */
        ForbiddenProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:forbidden";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 403;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "forbidden";
            /**
             * @description The role that is missing.
             * @enum {string}
             */
            role?: "viewer" | "operator" | "admin";
        };
        /** @description The health of the server. */
        HealthAnswer: {
            /**
             * @description The status of the worst part.
             * @enum {string}
             */
            status: "healthy" | "degraded" | "unhealthy";
            /** @description The status of each part by its name, such as database or storage; empty at /health/live. */
            parts: {
                [key: string]: "healthy" | "degraded" | "unhealthy";
            };
            /** @description The reason for each part that is not healthy. Reasons that anonymous callers must not see are omitted. */
            reasons: {
                [key: string]: string;
            };
            /** @description Each part that is not healthy; empty if all are. */
            failing: {
                /** @description The name of the part. */
                part: string;
                /**
                 * @description The status of the part.
                 * @enum {string}
                 */
                status: "healthy" | "degraded" | "unhealthy";
                /**
                 * Format: date-time
                 * @description When the checks of this host first saw it fail.
                 */
                since?: null | string;
                /** @description Why, if anonymous callers may know. */
                reason?: null | string;
                /** @description What an operator should do. */
                action: string;
            }[];
        };
        /** @description An asset that a worker works on. */
        HeldAsset: {
            /**
             * Format: uuid
             * @description The asset; omitted if it is of another tenant.
             */
            assetId?: string;
            /**
             * Format: date-time
             * @description When the worker began.
             */
            since: string;
        };
        /** @description A request with the same Idempotency-Key is being handled; send this one again. */
        IdempotencyInProgressProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:idempotency_in_progress";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "idempotency_in_progress";
        };
        /** @description An earlier request with the same Idempotency-Key asked for something else; use a new key. */
        IdempotencyKeyReusedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:idempotency_key_reused";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 422;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "idempotency_key_reused";
        };
        /** @description The server's disk is full; no data was lost. */
        InsufficientStorageProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:insufficient_storage";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 507;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "insufficient_storage";
        };
        /** @description The server had an internal error; its log has the details. */
        InternalErrorProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:internal_error";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 500;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "internal_error";
        };
        /** @description The request cannot be read, or fields are missing or invalid; errors names each of them. */
        InvalidRequestProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:invalid_request";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 400;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "invalid_request";
            /** @description The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON. */
            errors?: {
                [key: string]: string[];
            };
            /** @description The refused files of a batch, each with the fields of the problem that it would have alone. Omitted for other requests. */
            files?: {
                /**
                 * Format: int64
                 * @description Place in the request, from 0.
                 */
                index: number;
                /**
                 * @description The code that the file alone would get.
                 * @enum {string}
                 */
                code: "invalid_request" | "unsupported_type" | "too_large";
                /** @description A sentence for people. */
                detail: string;
                /** @description The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON. */
                errors?: {
                    [key: string]: string[];
                };
                /** @description The media types that are accepted. */
                allowedTypes?: string[];
                /**
                 * Format: int64
                 * @description The largest size in bytes.
                 */
                maxSize?: number;
                /**
                 * Format: int64
                 * @description The announced size in bytes.
                 */
                receivedSize?: number;
            }[];
        };
        /** @description Why the request failed for one asset. */
        ItemError: {
            /**
             * @description The code that a request for this asset alone would get.
             * @enum {string}
             */
            code: "not_found" | "upload_missing" | "upload_mismatch" | "too_large" | "upload_expired" | "unavailable";
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description Why the job is changed. */
        JobChangeRequest: {
            /** @description Why; it stands in the audit. */
            reason?: null | string;
        };
        /** @description The jobs by name. */
        JobList: {
            /** @description The jobs. */
            items: components["schemas"]["JobView"][];
        };
        /** @description The job is paused: resume it first. */
        JobPausedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:job_paused";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "job_paused";
        };
        /** @description A job with its last run in any instance. A field is missing if it does not apply. */
        JobView: {
            /** @description The name. */
            name: string;
            /**
             * @description timed: each instance runs it by its own timer; calendar: one instance at a time.
             * @enum {string}
             */
            kind: "timed" | "calendar";
            /**
             * @description late: it has not run for three intervals.
             * @enum {string}
             */
            state: "idle" | "running" | "paused" | "late";
            /**
             * Format: int64
             * @description Seconds between two runs.
             */
            intervalSeconds: number;
            /**
             * Format: date-time
             * @description When the last run began.
             */
            lastStartedAt?: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            lastEndedAt?: string;
            /**
             * @description How it ended.
             * @enum {string}
             */
            lastResult?: "ok" | "failed";
            /** @description The type of the exception that ended it; the log has the details. */
            lastFault?: string;
            /**
             * Format: int64
             * @description Rows or objects that it changed.
             */
            lastRows?: number;
            /**
             * Format: int64
             * @description How long it took.
             */
            lastMilliseconds?: number;
            /** @description The process that ran it. */
            instance?: string;
            /**
             * Format: date-time
             * @description When it runs next; omitted while it is paused.
             */
            nextAt?: string;
            /**
             * Format: date-time
             * @description When it was paused; omitted otherwise.
             */
            pausedAt?: string;
            /** @description The user who paused it. */
            pausedBy?: string;
        };
        /** @description A notification of S3, Ceph or MinIO, one of R2, or a batch of Cloudflare Queues. */
        JsonElement: unknown;
        /** @description One result for each id, in the order of the request. */
        KeepResponse: {
            /** @description One result for each id, in the order of the request. */
            results: components["schemas"]["KeptAsset"][];
        };
        /** @description Whether an asset is kept. */
        KeptAsset: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description Whether the asset is kept. true also for an asset that was not temporary. */
            success: boolean;
            /** @description The reason; omitted on success. */
            error?: components["schemas"]["ItemError"];
        };
        /** @description The files that you may upload, and the rest of each limit. */
        LimitsResponse: {
            /** @description The tenant. */
            tenantId: string;
            /** @description The media types that an upload may claim. */
            types: components["schemas"]["AcceptedType"][];
            /**
             * Format: int64
             * @description Size of the largest file in bytes.
             */
            maxBytes: number;
            /**
             * Format: int32
             * @description Most files in one batch.
             */
            maxFiles: number;
            /**
             * Format: int64
             * @description Above this size a file is better sent in parts; omitted if no accepted file is as large.
             */
            multipartFromBytes?: number;
            /**
             * Format: int32
             * @description Seconds for which an upload URL is valid.
             */
            urlSeconds: number;
            /** @description The limits of files and bytes. */
            quotas: components["schemas"]["QuotaView"][];
            /** @description The uploads that are not confirmed. */
            pending: components["schemas"]["PendingView"];
            /** @description How often upload URLs may be requested. */
            rateLimits: components["schemas"]["RateLimitView"][];
        };
        /** @description An object in the store. */
        ListedObjectRequest: {
            /** @description The bucket. */
            bucket?: null | string;
            /** @description The key in the bucket. */
            key?: null | string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size?: number;
            /**
             * Format: date-time
             * @description When it was written.
             */
            modifiedAt?: string;
            /** @description Its tag, without quotes. */
            eTag?: null | string;
        };
        /** @description The next part of a listing. */
        ListingPartRequest: {
            /**
             * Format: int32
             * @description How many objects of the listing were sent before.
             */
            from?: number;
            /** @description The next objects, 1 to 200. */
            objects?: null | components["schemas"]["ListedObjectRequest"][];
        };
        /** @description How much has arrived. */
        ListingPartResponse: {
            /**
             * Format: int32
             * @description Objects of the listing that the server has.
             */
            taken: number;
        };
        /** @description No key signs manifests here, so no row can be made of one. */
        ManifestsUnsignedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:manifests_unsigned";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "manifests_unsigned";
        };
        /** @description The area was switched more than seven days ago. */
        MigrateBackExpiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:migrate_back_expired";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "migrate_back_expired";
        };
        /** @description The two stores of the area differ, or were not compared within the last hour; counts and examples name what differs. */
        MigrateIncompleteProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:migrate_incomplete";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "migrate_incomplete";
            /** @description How many objects differ, by code. */
            counts: {
                [key: string]: number;
            };
            /** @description Keys of up to five of them. */
            examples: string[];
        };
        /** @description The area cannot move now: the target does not work, or a server or a worker does not write to it. */
        MigrateNotReadyProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:migrate_not_ready";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "migrate_not_ready";
        };
        /** @description How a large file can be sent in parts. */
        MultipartAdvice: {
            /**
             * Format: int64
             * @description Bytes of every part except the last, which has the rest.
             */
            partSize: number;
            /**
             * Format: int32
             * @description Number of parts.
             */
            partCount: number;
        };
        /** @description The store no longer has the upload: request a new one. */
        MultipartGoneProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:multipart_gone";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "multipart_gone";
        };
        /** @description An upload that waits for its parts. */
        MultipartResponse: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /** @description Shows the image once the asset is ready. */
            publicUrl: string;
            /**
             * Format: int64
             * @description Bytes of every part except the last, which has the rest.
             */
            partSize: number;
            /**
             * Format: int32
             * @description Number of parts.
             */
            partCount: number;
            /**
             * Format: int64
             * @description Seconds until the upload is given up unless it is completed.
             */
            expiresIn: number;
            /**
             * Format: date-time
             * @description When the upload is given up unless it is completed.
             */
            expiresAt: string;
        };
        /** @description Which parts have arrived. */
        MultipartStateView: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /**
             * @description The state of the asset; pending until the upload is completed.
             * @enum {string}
             */
            status: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /**
             * Format: int64
             * @description Bytes of the file.
             */
            fileSize: number;
            /**
             * Format: int64
             * @description Bytes of every part except the last, which has the rest.
             */
            partSize: number;
            /**
             * Format: int32
             * @description Number of parts.
             */
            partCount: number;
            /** @description The parts that have arrived with the right size. */
            parts: components["schemas"]["ArrivedPart"][];
            /** @description The numbers of all other parts. */
            missing: number[];
            /**
             * Format: date-time
             * @description When the upload is given up unless it is completed.
             */
            expiresAt: string;
        };
        /** @description A new webhook with its signing secret. */
        NewWebhook: {
            /**
             * Format: uuid
             * @description The webhook.
             */
            id: string;
            /** @description Where events are sent. */
            url: string;
            /** @description The types of events that are sent; empty for all. */
            events: ("asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused")[];
            /** @description A note for people, at most 200 characters. */
            description?: string;
            /**
             * @description The state.
             * @enum {string}
             */
            status: "active";
            /** @description The signing secret: whsec_ and 32 bytes in base64. No other response shows it, so it is omitted if the request is repeated. */
            secret?: string;
            /**
             * Format: date-time
             * @description When it was created.
             */
            createdAt: string;
        };
        /** @description The asset has no perceptual hash; if it is ready, reprocess it to compute one. */
        NoPerceptualHashProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:no_perceptual_hash";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "no_perceptual_hash";
        };
        /** @description Only a ready asset has files to download. */
        NotDownloadableProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:not_downloadable";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "not_downloadable";
        };
        /** @description A focal point no longer affects this asset. */
        NotFocusableProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:not_focusable";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "not_focusable";
        };
        /** @description There is nothing with this id, or it belongs to another user. */
        NotFoundProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:not_found";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 404;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "not_found";
        };
        /** @description The upload is a single PUT, so it has no parts. */
        NotMultipartProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:not_multipart";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "not_multipart";
        };
        /** @description Only a ready or a failed asset can be reprocessed. */
        NotReprocessableProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:not_reprocessable";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "not_reprocessable";
        };
        /** @description One page of assets. The newest come first. */
        OperatorAssetPage: {
            /** @description The assets. */
            items: components["schemas"]["OperatorAssetView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description An asset as operators see it, without its file name. A field is missing if it does not apply. */
        OperatorAssetView: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /** @description The user who uploaded it. */
            ownerId: string;
            /**
             * @description The status.
             * @enum {string}
             */
            status: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /**
             * @description While a revision is in work.
             * @enum {string}
             */
            work?: "queued" | "processing";
            /** @description The code of the failure or rejection. */
            code?: string;
            /** @description Its sentence. */
            reason?: string;
            /** @description The imaging engine of the failed attempt. */
            engine?: string;
            /** @description The profile. */
            profile: string;
            /** @description The type found in the bytes; before processing, the type that the upload claimed. */
            contentType: string;
            /**
             * Format: int64
             * @description Bytes of the original.
             */
            size: number;
            /**
             * Format: int32
             * @description The newest revision.
             */
            revision: number;
            /**
             * Format: int32
             * @description Its last attempt.
             */
            attempt: number;
            /**
             * @description Who sees the variants.
             * @enum {string}
             */
            visibility: "public" | "private";
            /**
             * Format: uri
             * @description A small picture; omitted without one, and for private assets.
             */
            thumbnailUrl?: string;
            /**
             * Format: date-time
             * @description When the upload was requested.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the asset changed last.
             */
            updatedAt: string;
        };
        /** @description Something that is wrong now. */
        OverviewAlert: {
            /** @description The kind of problem; more may be added. */
            code: string;
            /** @description The dependency, the queue or the run; omitted if the code says it. */
            subject?: string;
            /**
             * Format: date-time
             * @description Since when; omitted if nobody knows.
             */
            since?: string;
            /** @description The problem in a sentence. */
            what: string;
            /** @description What to do. */
            fix: string;
        };
        /** @description A figure with its last hour. */
        OverviewTile: {
            /**
             * Format: double
             * @description The figure; omitted if it was not measured lately.
             */
            value?: number;
            /** @description true: counting ended at this number. */
            atLeast: boolean;
            /** @description The last 60 minutes, the oldest first. */
            minutes: number[];
        };
        /** @description Six figures. */
        OverviewTiles: {
            /** @description Confirmed uploads in a minute: the minute that has begun with the one before. */
            arriving: components["schemas"]["OverviewTile"];
            /** @description Published revisions in a minute, in the same way. */
            ready: components["schemas"]["OverviewTile"];
            /** @description For how many seconds the oldest request waits for a worker. */
            oldestWaiting: components["schemas"]["OverviewTile"];
            /** @description Failed assets of the tenant that a retry would take; its minutes are the failures of the installation. */
            failed: components["schemas"]["OverviewTile"];
            /** @description Rejected files since midnight UTC. */
            rejectedToday: components["schemas"]["OverviewTile"];
            /** @description Deliveries to active webhooks that are due. */
            webhooksBehind: components["schemas"]["OverviewTile"];
        };
        /** @description The state of the pipeline on one page. Counts are of the whole installation; assets and runs are of the caller's tenant. */
        OverviewView: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            at: string;
            /**
             * Format: date-time
             * @description When queues, webhooks and dependencies were counted, each 30 s; omitted if nobody has counted for two minutes.
             */
            countedAt?: string;
            /** @description The present problems, the oldest first. */
            problems: components["schemas"]["OverviewAlert"][];
            /** @description Six figures. */
            tiles: components["schemas"]["OverviewTiles"];
            /** @description The last hour by the minute. */
            hour: components["schemas"]["ActivitySeries"];
            /** @description The last 24 hours by the quarter of an hour. */
            day: components["schemas"]["ActivitySeries"];
            /** @description The last seven days by the hour. */
            week: components["schemas"]["ActivitySeries"];
            /** @description What explains a change of the series, the oldest first. */
            marks: components["schemas"]["ActivityMarkView"][];
            /** @description Failed assets in groups, the largest first, at most 12. */
            needsYou: components["schemas"]["FailureGroup"][];
            /** @description What the pipeline needs, by name. */
            dependencies: components["schemas"]["DependencyView"][];
            /** @description The workers that announced themselves in the last three minutes, and those that hold an asset. */
            workers: components["schemas"]["WorkerView"][];
        };
        /** @description The request that brings one part. */
        PartUrl: {
            /**
             * Format: int32
             * @description Counts from 1.
             */
            number: number;
            /**
             * Format: int64
             * @description The exact length of the part in bytes, which is signed; the largest one if the size of the file was not told.
             */
            size: number;
            /**
             * Format: uri
             * @description Where to PUT the bytes of the part.
             */
            url: string;
            /**
             * @description The method to use.
             * @enum {string}
             */
            method: "PUT";
            /** @description The headers to send with the PUT. */
            headers: {
                [key: string]: string;
            };
        };
        /** @description Parts have not arrived or have a wrong size; missing names them: upload them, then complete again. */
        PartsMissingProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:parts_missing";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "parts_missing";
            /** @description The numbers of the parts that are missing. */
            missing: number[];
        };
        /** @description The uploads that are not confirmed. */
        PendingView: {
            /** @description Their number. */
            uploads: components["schemas"]["AmountView"];
            /** @description Their announced bytes. */
            bytes: components["schemas"]["AmountView"];
        };
        /** @description An asset as an HTML picture. */
        PictureView: {
            /** @description The value of srcset by format. */
            srcset: {
                [key: string]: string;
            };
            /** @description The value of sizes. */
            sizes: string;
            /**
             * Format: int32
             * @description Pixels.
             */
            width: number;
            /**
             * Format: int32
             * @description Pixels.
             */
            height: number;
            /** @description A preview to show before the first variant has loaded. */
            placeholder?: components["schemas"]["Placeholder"];
            /** @description A picture element; all values are escaped. */
            html: string;
        };
        /** @description The placeholder that a page shows until the first variant has loaded. */
        Placeholder: {
            /** @description ThumbHash in base64. */
            thumbHash: string;
            /** @description A tiny blurred picture as a data URI. */
            dataUrl: string;
            /** @description The dominant colour as `#rrggbb`. */
            color: string;
        };
        /** @description The plan is too old; make a new one. */
        PlanExpiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:plan_expired";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "plan_expired";
        };
        /** @description The run to plan. */
        PlanRunRequest: {
            /**
             * @description What to do.
             * @enum {string}
             */
            kind: "reprocess" | "retry" | "discard" | "rescan" | "reconcile" | "rebuild" | "migrate";
            /** @description Which assets. */
            filter?: null | components["schemas"]["RunFilterRequest"];
            /** @description How fast. */
            pace?: null | components["schemas"]["RunPaceRequest"];
            /** @description Why; kept in the audit. */
            reason?: null | string;
            /** @description Hours after the end for which the run can be rolled back; 24 by default, 0 to 720. */
            keepHours?: null | number;
            /** @description true, for a reconcile: the client sends the objects as a listing. */
            listing?: null | boolean;
            /**
             * @description Of a migrate: the area.
             * @enum {null|string}
             */
            area?: "originals" | "public" | "private" | "quarantine" | null;
            /** @description Of a migrate: the target, as in Storage:Targets of the settings. */
            to?: null | string;
            /** @description true, for a migrate: compares the two stores and changes nothing. */
            compare?: null | boolean;
            /** @description true, for a migrate: also deletes what only the target has. Needs a reason and the role admin. */
            deleteExtra?: null | boolean;
        };
        /** @description Profiles have changed since the plan; make a new one. */
        PlanStaleProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:plan_stale";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "plan_stale";
            /** @description The profiles that changed. */
            profiles: string[];
        };
        /** @description The plan was applied or cancelled before; make a new one. */
        PlanUsedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:plan_used";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "plan_used";
            /**
             * @description The state of the run.
             * @enum {string}
             */
            state: "planned" | "running" | "paused" | "completed" | "cancelled" | "failed" | "expired";
        };
        /** @description The files to upload. */
        PresignBatchRequest: {
            /** @description 1 to 100 files. */
            files: components["schemas"]["PresignRequest"][];
            /** @description The same for all files that have no field temporary of their own. */
            temporary?: null | boolean;
            /**
             * @description The same for all files that have no field visibility of their own.
             * @enum {null|string}
             */
            visibility?: "public" | "private" | null;
            /** @description The same for all files that have no field autoConfirm of their own. */
            autoConfirm?: null | boolean;
        };
        /** @description The batch and its upload URLs, in the order of the request. */
        PresignBatchResponse: {
            /**
             * Format: uuid
             * @description The batch that the upload was requested in; omitted without one.
             */
            batchId: string;
            /** @description The uploads, in the order of the request. */
            uploads: components["schemas"]["PresignResponse"][];
        };
        /** @description The file to upload. */
        PresignRequest: {
            /** @description The file's name, as sent. */
            filename: string;
            /** @description The media type. Case and parameters are ignored; if it is empty or application/octet-stream, the extension of filename gives the type. */
            contentType: string;
            /**
             * Format: int64
             * @description Bytes of the file.
             */
            fileSize: number;
            /** @description SHA-256 of the bytes, 64 hex digits. */
            sha256?: null | string;
            /** @description The profile, which defines the variants. */
            profile?: null | string;
            /** @description The point that crops keep in view. */
            focalPoint?: null | components["schemas"]["FocalPointRequest"];
            /** @description true: the asset is deleted some time after it is ready, unless you keep it. */
            temporary?: null | boolean;
            /**
             * @description Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.
             * @enum {null|string}
             */
            visibility?: "public" | "private" | null;
            /** @description true: the arrival of the file confirms it within a minute. */
            autoConfirm?: null | boolean;
        };
        /** @description The upload URL and the headers to send. */
        PresignResponse: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /**
             * Format: uri
             * @description The URL to PUT the bytes to. Keep it secret until expiresAt.
             */
            uploadUrl: string;
            /**
             * @description The method to use.
             * @enum {string}
             */
            method: "PUT";
            /** @description The headers to send with the PUT. */
            headers: {
                [key: string]: string;
            };
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /** @description Shows the image once the asset is ready. */
            publicUrl: string;
            /**
             * Format: int32
             * @description Validity of the URL in seconds.
             */
            expiresIn: number;
            /**
             * Format: date-time
             * @description The time at which the URL expires.
             */
            expiresAt: string;
            /** @description Advice for a large file: begin a multipart upload with this id. Omitted for smaller files. */
            multipart?: components["schemas"]["MultipartAdvice"];
        };
        /** @description What a provider takes for a month like this, in US dollars. */
        ProviderCostView: {
            /**
             * @description The provider.
             * @enum {string}
             */
            provider: "s3" | "r2";
            /**
             * Format: double
             * @description For the stored bytes.
             */
            storage: number;
            /**
             * Format: double
             * @description For requests of class A.
             */
            classA: number;
            /**
             * Format: double
             * @description For requests of class B.
             */
            classB: number;
            /**
             * Format: double
             * @description In all.
             */
            total: number;
        };
        /** @description The queues, those of dead letters last. */
        QueueList: {
            /** @description The queues. */
            items: components["schemas"]["QueueView"][];
        };
        /** @description The API's user at the broker may not read this queue. */
        QueueNotReadableProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:queue_not_readable";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "queue_not_readable";
        };
        /** @description A queue. A field is missing if it does not apply. */
        QueueView: {
            /** @description The name. */
            name: string;
            /**
             * Format: int64
             * @description Messages that wait in it.
             */
            depth: number;
            /**
             * Format: int64
             * @description Its readers.
             */
            consumers: number;
            /**
             * Format: int64
             * @description Requests that workers have, by the table; omitted for queues that are not of requests.
             */
            unacknowledged?: number;
            /**
             * Format: int64
             * @description Assets whose requests are due and not published yet; omitted for other queues.
             */
            dueRows?: number;
            /**
             * Format: date-time
             * @description Since when the oldest request waits; omitted if none does.
             */
            oldestSince?: string;
            /**
             * Format: int64
             * @description The same in seconds.
             */
            oldestSeconds?: number;
            /** @description true for a queue of messages that failed or that nobody knows. */
            deadLetters: boolean;
        };
        /** @description A limit of the day is used up; limit says which, and resetsAt when it is whole again. */
        QuotaExceededProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:quota_exceeded";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 429;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "quota_exceeded";
            /**
             * @description The limit that is reached.
             * @enum {string}
             */
            limit: "user_files_per_day" | "user_bytes_per_day" | "tenant_files_per_day" | "tenant_bytes_per_day";
            /**
             * Format: int64
             * @description The limit.
             */
            max: number;
            /**
             * Format: int64
             * @description The amount that is used without this request.
             */
            used: number;
            /**
             * Format: date-time
             * @description When the day ends.
             */
            resetsAt: string;
        };
        /** @description A limit, and how much of it is used. */
        QuotaView: {
            /**
             * @description The name.
             * @enum {string}
             */
            limit: "user_bytes_stored" | "tenant_bytes_stored" | "user_files_per_day" | "user_bytes_per_day" | "tenant_files_per_day" | "tenant_bytes_per_day";
            /**
             * Format: int64
             * @description The used amount.
             */
            used: number;
            /**
             * Format: int64
             * @description The limit; omitted if there is none.
             */
            max?: number;
            /**
             * Format: int64
             * @description The rest of the limit; omitted without a limit.
             */
            remaining?: number;
            /**
             * Format: date-time
             * @description When the day ends, in UTC; omitted for storage.
             */
            resetsAt?: string;
        };
        /** @description How many requests for upload URLs are served. */
        RateLimitView: {
            /**
             * @description user: each user for itself; tenant: all users of the tenant together.
             * @enum {string}
             */
            scope: "user" | "tenant";
            /**
             * Format: int32
             * @description Requests in a minute.
             */
            requestsPerMinute: number;
            /**
             * Format: int32
             * @description Additional requests at once after a pause.
             */
            burst: number;
        };
        /** @description Too many requests of this kind; wait as long as Retry-After says. */
        RateLimitedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:rate_limited";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 429;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "rate_limited";
        };
        /** @description Something speaks against the deletion of orphans; nothing was deleted. */
        ReconcileUnsafeProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:reconcile_unsafe";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "reconcile_unsafe";
        };
        /** @description The reason of a rejection, which is final. */
        RejectionView: {
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "infected" | "scan_limit_exceeded" | "unsupported_type" | "corrupt" | "empty" | "too_large" | "too_many_pixels" | "changed_after_confirm" | "decoder_crashed" | "decode_timeout";
            /** @description A sentence for people. */
            reason: string;
        };
        /** @description Which deliveries to send again; all of the webhook if it is empty. */
        ReplayRequest: {
            /**
             * Format: date-time
             * @description Only events at or after this time.
             */
            from?: null | string;
            /**
             * Format: date-time
             * @description Only events before this time.
             */
            to?: null | string;
            /**
             * @description Only deliveries in this state.
             * @enum {null|string}
             */
            status?: "pending" | "delivered" | "failed" | null;
            /** @description Only events of these types. */
            types?: null | ("asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused")[];
        };
        /** @description The deliveries that are sent again. */
        ReplayedDeliveries: {
            /**
             * Format: int32
             * @description How many deliveries are sent again, at most 10,000.
             */
            count: number;
            /**
             * Format: date-time
             * @description If there were more: the from of the next request.
             */
            nextFrom?: string;
        };
        /** @description The revision that serves this request. */
        ReprocessResponse: {
            /**
             * Format: uuid
             * @description The asset.
             */
            id: string;
            /**
             * Format: int32
             * @description The revision.
             */
            revision: number;
        };
        /** @description The assets to reprocess. */
        ReprocessRunRequest: {
            /** @description Which assets. */
            filter?: null | components["schemas"]["RunFilterRequest"];
            /** @description true: only the plan. */
            dryRun?: null | boolean;
            /** @description How fast. */
            pace?: null | components["schemas"]["RunPaceRequest"];
            /** @description Why; kept in the audit. */
            reason?: null | string;
            /** @description Hours after the end for which the run can be rolled back; 24 by default, 0 to 720. */
            keepHours?: null | number;
        };
        /** @description Requests of one kind. */
        RequestCountView: {
            /**
             * @description The area.
             * @enum {string}
             */
            area: "incoming" | "originals" | "public" | "private" | "quarantine" | "other";
            /** @description Why the requests were sent. */
            cause: string;
            /**
             * @description The operation.
             * @enum {string}
             */
            operation: "put" | "copy" | "list" | "get" | "head" | "delete";
            /**
             * @description The class by which providers bill; omitted for deletions, which cost nothing.
             * @enum {string}
             */
            class?: "A" | "B";
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
        };
        /** @description How many letters, and why. */
        ReturnRequest: {
            /**
             * Format: int32
             * @description Most letters, 1 to 1,000; 100 if it is left out.
             */
            limit?: null | number;
            /** @description Why; it stands in the audit. */
            reason?: null | string;
        };
        /** @description What came of the dead letters. */
        ReturnedLetters: {
            /**
             * Format: int32
             * @description Letters whose assets are dispatched again.
             */
            returned: number;
            /**
             * Format: int32
             * @description Letters that were removed, because their assets have moved on or do not exist.
             */
            outdated: number;
            /**
             * Format: int32
             * @description Letters that stay, because they name no asset and revision.
             */
            unreadable: number;
            /**
             * Format: int64
             * @description Letters in the queue after that.
             */
            remaining: number;
        };
        /** @description What the run replaced is not kept any more. */
        RollbackExpiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:rollback_expired";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "rollback_expired";
        };
        /** @description The new signing secret. */
        RotatedSecret: {
            /**
             * Format: uuid
             * @description The webhook.
             */
            id: string;
            /** @description The signing secret: whsec_ and 32 bytes in base64. No other response shows it, so it is omitted if the request is repeated. */
            secret?: string;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs as well.
             */
            previousSecretUntil: string;
        };
        /** @description Another run of this kind is running or paused; runId names it. */
        RunActiveProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:run_active";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "run_active";
            /**
             * Format: uuid
             * @description The other run.
             */
            runId: string;
        };
        /** @description US dollars by provider. */
        RunCost: {
            /**
             * Format: double
             * @description At Cloudflare R2.
             */
            r2: number;
            /**
             * Format: double
             * @description At AWS S3.
             */
            s3: number;
        };
        /** @description Which assets of the tenant; all conditions hold. */
        RunFilter: {
            /**
             * Format: int32
             * @description The version of the stored format.
             */
            version: number;
            /** @description true: allows a filter without a condition. */
            all?: boolean;
            /**
             * @description Only assets in this state.
             * @enum {string}
             */
            status?: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted";
            /**
             * @description Only assets with this code of a failure or rejection.
             * @enum {string}
             */
            code?: "scanner_unavailable" | "storage_unavailable" | "source_missing" | "unknown_profile" | "watermark_missing" | "worker_lost" | "worker_overloaded" | "original_differs" | "internal" | "infected" | "scan_limit_exceeded" | "unsupported_type" | "corrupt" | "empty" | "too_large" | "too_many_pixels" | "changed_after_confirm" | "decoder_crashed" | "decode_timeout";
            /** @description Only assets that failed with this imaging engine; empty for failures that no worker reported. */
            engine?: string;
            /** @description Only assets of this profile. */
            profile?: string;
            /** @description Only assets of this user. */
            ownerId?: string;
            /**
             * Format: date-time
             * @description Only assets requested at or after this time.
             */
            createdFrom?: string;
            /**
             * Format: date-time
             * @description Only assets requested before this time.
             */
            createdTo?: string;
            /**
             * @description any: only assets whose variants the workers would make differently today; settings or engine: only those that are stale for this reason.
             * @enum {string}
             */
            stale?: "any" | "settings" | "engine";
            /**
             * Format: date-time
             * @description Only assets that were not found clean at this time or later.
             */
            scannedBefore?: string;
            /**
             * Format: int32
             * @description Only assets that were not scanned with signatures of this number or a larger one.
             */
            signaturesBefore?: number;
            /** @description Only these assets, 1 to 200000. */
            ids?: string[];
            /**
             * Format: int32
             * @description Only so many assets by id: more than 5000 ids, and the assets of a run over failures, are kept apart from the filter.
             */
            idCount?: number;
        };
        /** @description Which assets of the tenant; all conditions must hold. */
        RunFilterRequest: {
            /** @description true: allows a filter without a condition. */
            all?: null | boolean;
            /**
             * @description Only assets in this state.
             * @enum {null|string}
             */
            status?: "pending" | "queued" | "processing" | "ready" | "rejected" | "failed" | "expired" | "deleted" | null;
            /**
             * @description Only assets with this code of a failure or rejection.
             * @enum {null|string}
             */
            code?: "scanner_unavailable" | "storage_unavailable" | "source_missing" | "unknown_profile" | "watermark_missing" | "worker_lost" | "worker_overloaded" | "original_differs" | "internal" | "infected" | "scan_limit_exceeded" | "unsupported_type" | "corrupt" | "empty" | "too_large" | "too_many_pixels" | "changed_after_confirm" | "decoder_crashed" | "decode_timeout" | null;
            /** @description Only assets of this profile. */
            profile?: null | string;
            /** @description Only assets of this user. */
            ownerId?: null | string;
            /**
             * Format: date-time
             * @description Only assets requested at or after this time.
             */
            createdFrom?: null | string;
            /**
             * Format: date-time
             * @description Only assets requested before this time.
             */
            createdTo?: null | string;
            /**
             * @description any: only assets whose variants the workers would make differently today; settings or engine: only those that are stale for this reason.
             * @enum {null|string}
             */
            stale?: "any" | "settings" | "engine" | null;
            /** @description true: the same as stale any. */
            staleProfile?: null | boolean;
            /** @description Only these assets, 1 to 200000. */
            ids?: null | string[];
            /**
             * Format: date-time
             * @description Only assets that were not found clean at this time or later.
             */
            scannedBefore?: null | string;
            /** @description Only assets that were not scanned with signatures of this number or a larger one. */
            signaturesBefore?: null | number;
            /** @description Only assets that failed with this imaging engine; empty for failures that no worker reported. */
            engine?: null | string;
        };
        /** @description One page of what a run has found. */
        RunFindingPage: {
            /** @description The findings, in the order of the run. */
            items: components["schemas"]["RunFindingView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description Something that a run has found. A field is missing if it does not apply. */
        RunFindingView: {
            /** @description What it is. */
            kind: string;
            /** @description The area of the object; omitted for a row. */
            area?: string;
            /** @description The key in its area; omitted for a row. */
            key?: string;
            /**
             * Format: uuid
             * @description The asset, if there is one.
             */
            assetId?: string;
            /** @description What to know or to do. */
            detail?: string;
            /**
             * Format: int64
             * @description Bytes of the object.
             */
            size?: number;
            /** @description Its tag. */
            eTag?: string;
            /**
             * Format: date-time
             * @description When it was written.
             */
            modifiedAt?: string;
        };
        /** @description One page of assets of a run. */
        RunItemPage: {
            /** @description The assets, by id. */
            items: components["schemas"]["RunItemView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description An asset of a run. */
        RunItemView: {
            /**
             * Format: uuid
             * @description The asset.
             */
            assetId: string;
            /**
             * Format: int32
             * @description The revision that the run started; 0 for a rescan, which makes none.
             */
            revision: number;
            /**
             * @description in_flight: in work; failed: it failed or was rejected; held: a rescan found malware, and an operator has to decide.
             * @enum {string}
             */
            outcome: "failed" | "in_flight" | "held";
            /** @description The code of the failure or rejection. */
            code?: string;
            /**
             * Format: date-time
             * @description When the run started it.
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            endedAt?: string;
            /** @description Of a rescan: the scanner's name for the malware. */
            signature?: string;
            /** @description Of a rescan: the scanner with its signatures. */
            scanner?: string;
        };
        /** @description How fast a run may go. */
        RunPace: {
            /**
             * Format: double
             * @description Most assets started in a second; omitted for no limit.
             */
            rate?: number;
            /**
             * Format: int32
             * @description Most assets in work at a time, 1 to 2000.
             */
            inFlight: number;
            /** @description The hours in which assets are started; omitted or empty for all. */
            window?: string;
            /**
             * Format: double
             * @description Most US dollars, by the prices of the plan; omitted for no limit.
             */
            budgetUsd?: number;
            /**
             * Format: double
             * @description The percentage of failed assets above which the run pauses.
             */
            maxFailures: number;
        };
        /** @description How fast a run may go. A missing field keeps its value, or has its default in a new plan. */
        RunPaceRequest: {
            /**
             * Format: double
             * @description Most assets started in a second; omitted for no limit.
             */
            rate?: null | number;
            /**
             * Format: int32
             * @description Most assets in work at a time, 1 to 2000.
             */
            inFlight?: null | number;
            /** @description The hours in which assets are started; omitted or empty for all. */
            window?: null | string;
            /**
             * Format: double
             * @description Most US dollars, by the prices of the plan; omitted for no limit.
             */
            budgetUsd?: null | number;
            /**
             * Format: double
             * @description The percentage of failed assets above which the run pauses.
             */
            maxFailures?: null | number;
        };
        /** @description One page of runs. The newest come first. */
        RunPage: {
            /** @description The runs. */
            items: components["schemas"]["RunView"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description What a run would do. All figures but the number of assets come from a sample. */
        RunPlanView: {
            /**
             * Format: int32
             * @description Assets that the run processes.
             */
            assets: number;
            /** @description true: the count took too long, so the number of assets is the database's estimate. */
            estimate: boolean;
            /** @description Assets that the filter names and the run leaves as they are, by reason. */
            skipped: {
                [key: string]: number;
            };
            /**
             * Format: int32
             * @description Assets that were read for the other figures.
             */
            sampled: number;
            /**
             * Format: int64
             * @description Variants to render at most.
             */
            variantsToRender: number;
            /**
             * Format: int64
             * @description Variants that stay as they are.
             */
            variantsToKeep: number;
            /**
             * Format: int64
             * @description Bytes to write, by the present variants; of a rescan those to read.
             */
            bytes: number;
            /** @description Requests to the store. */
            requests: components["schemas"]["RunRequests"];
            /**
             * Format: double
             * @description CPU hours of the workers; of a rescan those of the scanner. Omitted if nothing is known of them.
             */
            cpuHours?: number;
            /** @description What the requests cost. */
            costUsd: components["schemas"]["RunCost"];
            /**
             * Format: double
             * @description Hours at the present speed; omitted if no worker is known.
             */
            hours?: number;
        };
        /** @description How far a run is. */
        RunProgress: {
            /**
             * Format: int32
             * @description Assets of the run. Once it is completed they are the sum of done, skipped and failed.
             */
            planned: number;
            /**
             * Format: int32
             * @description Assets that ended well.
             */
            done: number;
            /**
             * Format: int32
             * @description Assets that were left as they are.
             */
            skipped: number;
            /** @description The same by reason. */
            skippedBy: {
                [key: string]: number;
            };
            /**
             * Format: int32
             * @description Assets that failed or were rejected.
             */
            failed: number;
            /** @description The same by code. */
            failedBy: {
                [key: string]: number;
            };
            /**
             * Format: int32
             * @description Assets in work.
             */
            inFlight: number;
            /**
             * Format: int64
             * @description Bytes of new variants; of a rescan those that were read.
             */
            bytesWritten: number;
            /**
             * Format: double
             * @description Assets that ended in a minute, over the last five.
             */
            perMinute: number;
            /**
             * Format: date-time
             * @description When the last asset would end at this rate in the run's hours; omitted if nothing ended lately, and in the first seconds.
             */
            etaAt?: string;
            /**
             * Format: int32
             * @description What a reconcile, a rebuild or a migrate has found.
             */
            found: number;
            /** @description The same by code. */
            foundBy: {
                [key: string]: number;
            };
            /**
             * @description Of a rescan: assets with a hit that are not withdrawn until an admin resumes the run.
             * @default 0
             */
            held: number;
        };
        /** @description Why. */
        RunReasonRequest: {
            /** @description Why; kept in the audit. */
            reason?: null | string;
        };
        /** @description Requests to the store by class. */
        RunRequests: {
            /**
             * Format: int64
             * @description Writes and listings.
             */
            classA: number;
            /**
             * Format: int64
             * @description Reads.
             */
            classB: number;
        };
        /** @description The state of the run does not allow this; state names it. */
        RunStateProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:run_state";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "run_state";
            /**
             * @description The state of the run.
             * @enum {string}
             */
            state: "planned" | "running" | "paused" | "completed" | "cancelled" | "failed" | "expired";
        };
        /** @description A run with its plan and its progress. A field is missing if it does not apply. */
        RunView: {
            /**
             * Format: uuid
             * @description The run.
             */
            id: string;
            /** @description What it does: reprocess, retry, discard, rescan, reconcile, rebuild, migrate or rollback; a newer version may have planned others. */
            kind: string;
            /**
             * @description The state.
             * @enum {string}
             */
            state: "planned" | "running" | "paused" | "completed" | "cancelled" | "failed" | "expired";
            /** @description The filter as it is stored. */
            filter?: components["schemas"]["RunFilter"];
            /** @description What it was planned to do. */
            plan?: components["schemas"]["RunPlanView"];
            /** @description How fast it may go. */
            pace: components["schemas"]["RunPace"];
            /** @description How far it is. */
            progress: components["schemas"]["RunProgress"];
            /** @description The user who planned it. */
            plannedBy: string;
            /** @description The user who applied it. */
            appliedBy?: string;
            /** @description The reason that the operator gave. */
            reason?: string;
            /** @description Why it is paused; omitted in other states. */
            pausedBecause?: string;
            /** @description Why it was cancelled or failed; omitted in other states. */
            because?: string;
            /**
             * @description Why a running run starts nothing at the moment; it goes on by itself.
             * @enum {string}
             */
            waitingFor?: "uploads" | "store" | "scanner" | "window" | "rate" | "in_flight" | "canary" | "daily_bytes" | "kind";
            /**
             * Format: date-time
             * @description When it was planned.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Until when the plan can be applied.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description When it was applied.
             */
            appliedAt?: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            endedAt?: string;
            /**
             * Format: uuid
             * @description The run that a rollback takes back; omitted for other kinds.
             */
            source?: string;
            /**
             * Format: date-time
             * @description Until when the run can be rolled back; omitted before its end and once nothing is kept any more.
             */
            rollbackUntil?: string;
            /** @description The settings of a reconcile or a migrate; omitted for other kinds. */
            settings?: {
                [key: string]: unknown;
            };
            /**
             * Format: int32
             * @description Findings that are listed; of more than 100,000 only the first are.
             */
            findings: number;
        };
        /** @description Names 1 to 100 parts. */
        SignPartsRequest: {
            /** @description The numbers of the parts, from 1. */
            parts: number[];
        };
        /** @description One URL for each part, in the order of the request. */
        SignPartsResponse: {
            /** @description The URLs, in the order of the request. */
            parts: components["schemas"]["PartUrl"][];
            /**
             * Format: int32
             * @description Validity of the URLs in seconds.
             */
            expiresIn: number;
            /**
             * Format: date-time
             * @description The time at which the first URL expires.
             */
            expiresAt: string;
        };
        /** @description What Uppy passes to signRequest; an app may add what it knows of the file. */
        SignRequest: {
            /**
             * @description The method of the S3 request.
             * @enum {string}
             */
            method: "PUT" | "POST" | "GET" | "DELETE";
            /** @description The key that Uppy proposes, best as {size}/{name}, because then the length is signed; later the key of an earlier answer. */
            key: string;
            /** @description The media type. */
            contentType?: null | string;
            /** @description The multipart upload, as Uppy got it. */
            uploadId?: null | string;
            /** @description The part, from 1. */
            partNumber?: null | number;
            /** @description Bytes of the file, if the key does not tell it. Without it the largest allowed size is reserved until the confirm. */
            fileSize?: null | number;
            /** @description The file's name, if the key does not tell it. */
            filename?: null | string;
            /** @description SHA-256 of the bytes, 64 hex digits. */
            sha256?: null | string;
            /** @description The profile, which defines the variants. */
            profile?: null | string;
            /** @description true if the asset is deleted some time after it is ready, unless you keep it; omitted otherwise. */
            temporary?: null | boolean;
            /**
             * @description Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.
             * @enum {null|string}
             */
            visibility?: "public" | "private" | null;
            /** @description true: the arrival of the file confirms it within a minute. */
            autoConfirm?: null | boolean;
        };
        /** @description What Uppy expects from signRequest. */
        SignResponse: {
            /**
             * Format: uri
             * @description Where to send the request.
             */
            url: string;
            /** @description The key of the upload; confirm accepts it instead of the id. */
            key: string;
            /** @description The headers to send. */
            headers: {
                [key: string]: string;
            };
        };
        /** @description An asset that looks alike. */
        SimilarAsset: {
            /**
             * Format: int32
             * @description Number of differing bits between the 64-bit perceptual hashes.
             */
            distance: number;
            /** @description The other asset. */
            asset: components["schemas"]["AssetView"];
        };
        /** @description Assets that look alike, the nearest first. */
        SimilarPage: {
            /** @description The assets. */
            items: components["schemas"]["SimilarAsset"][];
        };
        /** @description The storage of the user or the tenant is full; limit says which. Delete assets. */
        StorageFullProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:storage_full";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 403;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "storage_full";
            /**
             * @description The limit that is reached.
             * @enum {string}
             */
            limit: "user_bytes_stored" | "tenant_bytes_stored";
            /**
             * Format: int64
             * @description The limit.
             */
            max: number;
            /**
             * Format: int64
             * @description The amount that is used without this request.
             */
            used: number;
        };
        /** @description What came of the notification. */
        StoreEventResponse: {
            /**
             * Format: int32
             * @description Events in the notification.
             */
            received: number;
            /**
             * Format: int32
             * @description Uploads that this notification confirmed.
             */
            confirmed: number;
        };
        /** @description From where an area is to be read, and why. */
        SwitchAreaRequest: {
            /** @description The target. */
            to?: null | string;
            /** @description true: back from the target to the area's own store. */
            back?: null | boolean;
            /** @description Why; kept in the audit. */
            reason?: null | string;
        };
        /** @description The event to send. */
        TestWebhookRequest: {
            /**
             * @description The type of the event.
             * @enum {null|string}
             */
            type?: "asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused" | null;
        };
        /** @description The stream to open. */
        TicketRequest: {
            /** @description The path of the stream. */
            stream: string;
        };
        /** @description A ticket that opens the stream once. */
        TicketResponse: {
            /** @description The ticket. Keep it secret until it is used. */
            ticket: string;
            /**
             * Format: date-time
             * @description The time at which the URL expires.
             */
            expiresAt: string;
            /** @description The stream with the ticket. */
            url: string;
        };
        /** @description The events of an asset, the oldest first. */
        Timeline: {
            /** @description The events, the oldest first. */
            events: components["schemas"]["TimelineEvent"][];
            /** @description The cursor of the next page; omitted on the last page. */
            nextCursor?: string;
        };
        /** @description An event of an asset. */
        TimelineEvent: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description A stable identifier; more may be added. */
            kind: string;
            /** @description A sentence for people. */
            detail: string;
        };
        /** @description The file is larger than maxSize. A file that arrived without an announced size is deleted. */
        TooLargeProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:too_large";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 400;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "too_large";
            /**
             * Format: int64
             * @description The largest size in bytes.
             */
            maxSize: number;
            /**
             * Format: int64
             * @description The announced size in bytes, or that of the file that arrived; omitted if an earlier response told it.
             */
            receivedSize?: number;
            /** @description The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON. */
            errors?: {
                [key: string]: string[];
            };
        };
        /** @description You have 20 webhooks already; delete one or change its URL. */
        TooManyEndpointsProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:too_many_endpoints";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "too_many_endpoints";
        };
        /** @description Too many uploads of yours are pending; confirm or delete some. */
        TooManyPendingProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:too_many_pending";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 429;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "too_many_pending";
            /** @description The limit of pending uploads per user. */
            limit: {
                /**
                 * Format: int64
                 * @description Uploads.
                 */
                uploads: number;
                /**
                 * Format: int64
                 * @description Bytes announced for them.
                 */
                bytes: number;
            };
            /** @description The pending uploads of this user. */
            used: {
                /**
                 * Format: int64
                 * @description Uploads.
                 */
                uploads: number;
                /**
                 * Format: int64
                 * @description Bytes announced for them.
                 */
                bytes: number;
            };
            /** @description The rest that this user may still announce. */
            remaining: {
                /**
                 * Format: int64
                 * @description Uploads.
                 */
                uploads: number;
                /**
                 * Format: int64
                 * @description Bytes announced for them.
                 */
                bytes: number;
            };
        };
        /** @description Too many streams of yours are open at this server; close some. */
        TooManyStreamsProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:too_many_streams";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 429;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "too_many_streams";
        };
        /** @description The token is missing or invalid. */
        UnauthorizedProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unauthorized";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 401;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unauthorized";
        };
        /** @description A part of the service does not answer; no data was lost, wait as long as Retry-After says. */
        UnavailableProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unavailable";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 503;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unavailable";
        };
        /** @description There is no job of this name; jobs lists them. */
        UnknownJobProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unknown_job";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 404;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unknown_job";
            /** @description The jobs. */
            jobs: string[];
        };
        /** @description There is no queue of dead letters with this name. */
        UnknownQueueProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unknown_queue";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 404;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unknown_queue";
        };
        /** @description The asset has no variant of this name, format or key. */
        UnknownVariantProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unknown_variant";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 404;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unknown_variant";
        };
        /** @description The body is not JSON in UTF-8. */
        UnsupportedMediaTypeProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unsupported_media_type";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 415;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unsupported_media_type";
        };
        /** @description This media type is not accepted; allowedTypes lists the accepted ones. */
        UnsupportedTypeProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:unsupported_type";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 400;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "unsupported_type";
            /** @description The media types that are accepted. */
            allowedTypes: string[];
            /** @description The errors of each field of the body, the query or the path. Omitted if no field is at fault, for example if the body is not JSON. */
            errors?: {
                [key: string]: string[];
            };
        };
        /** @description The upload was not confirmed in time: request a new one. */
        UploadExpiredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:upload_expired";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "upload_expired";
        };
        /** @description The size of the file differs from the announced one: request a new upload. */
        UploadMismatchProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:upload_mismatch";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "upload_mismatch";
        };
        /** @description The file has not arrived yet: PUT it first, then confirm again. */
        UploadMissingProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:upload_missing";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 409;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "upload_missing";
        };
        /** @description The server's operator has set no secret to sign such URLs with. */
        UrlsNotConfiguredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:urls_not_configured";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 501;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "urls_not_configured";
        };
        /** @description A published variant. */
        VariantView: {
            /** @description Such as w640 for a width or 64x64 for a box; original for the clean original. */
            name: string;
            /**
             * Format: int32
             * @description Pixels.
             */
            width: number;
            /**
             * Format: int32
             * @description Pixels.
             */
            height: number;
            /**
             * @description The format.
             * @enum {string}
             */
            format: "avif" | "webp" | "jpeg";
            /** @description The media type. */
            contentType: string;
            /**
             * Format: int64
             * @description Size of the variant in bytes.
             */
            bytes: number;
            /** @description SHA-256 of the bytes, 64 hex digits. */
            sha256: string;
            /** @description The key of the object. */
            key: string;
            /**
             * Format: uri
             * @description The public URL; omitted for a private asset.
             */
            url?: string;
            /** @description true for an animation; omitted otherwise. */
            animated?: boolean;
        };
        /** @description Your webhooks. */
        WebhookList: {
            /** @description The webhooks, the oldest first; at most 20. */
            items: components["schemas"]["WebhookView"][];
        };
        /** @description What the webhook answered. */
        WebhookTestResult: {
            /** @description Whether the webhook answered 2xx. */
            success: boolean;
            /**
             * Format: int32
             * @description The HTTP status of the answer; omitted if none came.
             */
            status?: number;
            /**
             * Format: int32
             * @description How long it took, in milliseconds.
             */
            ms: number;
            /**
             * @description Why it failed; omitted after a success.
             * @enum {string}
             */
            error?: "timeout" | "connection_failed" | "tls_failed" | "name_not_resolved" | "forbidden_address" | "invalid_answer" | "redirect" | "not_2xx" | "secret_unreadable" | "event_gone";
            /** @description The beginning of the answer, at most 1 KiB; omitted if there is none. */
            answer?: string;
        };
        /** @description A URL that gets your events by POST. A field is missing if it does not apply. */
        WebhookView: {
            /**
             * Format: uuid
             * @description The webhook.
             */
            id: string;
            /** @description Where events are sent. */
            url: string;
            /** @description The types of events that are sent; empty for all. */
            events: ("asset.queued" | "asset.processing" | "asset.ready" | "asset.rejected" | "asset.failed" | "asset.expired" | "asset.deleted" | "batch.completed" | "webhook.paused")[];
            /** @description A note for people, at most 200 characters. */
            description?: string;
            /**
             * @description active: events are sent; paused: it failed for five days and is tried each hour; disabled: nothing is sent until you enable it.
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /**
             * @description by_owner: you disabled it; gone: it answered 410. Omitted unless it is disabled.
             * @enum {string}
             */
            disabledReason?: "by_owner" | "gone";
            /**
             * Format: date-time
             * @description When it was created.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its settings or its state last changed.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description The first failure with no success after it; omitted while it works. Five days after it the webhook is paused.
             */
            failingSince?: string;
            /**
             * Format: date-time
             * @description When it was paused; omitted unless it is paused.
             */
            pausedAt?: string;
            /**
             * Format: date-time
             * @description When a paused webhook is tried next.
             */
            nextProbeAt?: string;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs as well.
             */
            previousSecretUntil?: string;
        };
        /** @description The server's operator has set no key to encrypt signing secrets with. */
        WebhooksNotConfiguredProblem: {
            /**
             * @description The code as a URN.
             * @enum {string}
             */
            type: "urn:pipeline:problem:webhooks_not_configured";
            /** @description The code in words. */
            title: string;
            /**
             * @description The HTTP status.
             * @enum {integer}
             */
            status: 501;
            /** @description A sentence for people. It says what is wrong and what to do. */
            detail: string;
            /**
             * @description The stable code.
             * @enum {string}
             */
            code: "webhooks_not_configured";
        };
        /** @description A newer revision that is being processed. */
        WorkView: {
            /**
             * Format: int32
             * @description The revision.
             */
            revision: number;
            /**
             * @description queued: it waits for a worker; processing: a worker processes it.
             * @enum {string}
             */
            status: "queued" | "processing";
            /**
             * Format: int32
             * @description Counts from 1.
             */
            attempt: number;
            /**
             * Format: date-time
             * @description The time of the next attempt; omitted while an attempt runs and after the last one.
             */
            nextAttemptAt?: string;
            /**
             * Format: int32
             * @description The revision that follows, if one was requested meanwhile.
             */
            nextRevision?: number;
        };
        /** @description A worker with the assets that it holds. */
        WorkerView: {
            /**
             * Format: uuid
             * @description The worker's process; omitted for work whose worker did not say who it is.
             */
            id?: string;
            /** @description Name and version; omitted if it is unknown. */
            name?: string;
            /** @description Name and version of its imaging engine; omitted if it is unknown. */
            engine?: string;
            /**
             * Format: date-time
             * @description Time of its last announcement; omitted if it has made none lately.
             */
            heardAt?: string;
            /**
             * Format: int32
             * @description Requests that it processes at once.
             */
            places: number;
            /** @description The assets that it works on, the longest first. */
            holds: components["schemas"]["HeldAsset"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
