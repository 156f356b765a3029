namespace Pipeline.EndToEnd;

/// <summary>Many files for one form: three uploads in flight, then all ids together.</summary>
public sealed class BatchTests
{
    private const int InFlight = 3;

    [Fact]
    public async Task A_form_with_many_files_sends_all_ids_as_one_answer()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        var ids = new Guid[5];

        // Steps 1 to 3 once for each file: request a URL, get it, PUT the file to it.
        await EachAsync(ids.Length, async i =>
        {
            var presigned = await alice.PresignAsync($"{i}.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
            presigned.Status.ShouldBe(200);
            (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
            ids[i] = presigned.Id;
        });

        // The form's one answer is the list of all ids that were handed out.
        var confirmed = await alice.PostAsync("/api/upload/confirm-batch", new { ids });

        confirmed.Json["results"]!.AsArray().Select(r => Guid.Parse(r!["id"]!.ToString())).ShouldBe(ids);
        confirmed.Json["results"]!.AsArray().ShouldAllBe(r => r!["success"]!.GetValue<bool>());
        foreach (var id in ids) (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
        var listed = (await alice.GetAsync($"/api/assets?ids={string.Join(',', ids)}")).Json["items"]!.AsArray();
        listed.Select(a => Guid.Parse(a!["id"]!.ToString())).ShouldBe(ids, ignoreOrder: true);
        listed.ShouldAllBe(a => a!["status"]!.ToString() == "ready" && a["variants"]!.AsArray().Count > 0);
    }

    [Fact]
    public async Task A_form_that_requests_all_urls_at_once_gets_one_batch_that_completes()
    {
        // One request of the ten a minute, whatever the number of files.
        await using var server = await Server.StartAsync(("Uploads__RateLimit__PerMinute", "1"));
        using var alice = await server.PersonAsync();
        var (batchId, uploads) = await PresignAsync(alice, 5, PlainPhoto.Bytes.Length);

        await EachAsync(4, async i => (await Person.PutAsync(uploads[i], PlainPhoto.Bytes)).Status.ShouldBe(200));
        var confirmed = await alice.PostAsync("/api/upload/confirm-batch", new { ids = uploads.Select(u => u.Id) });

        confirmed.Json["results"]!.AsArray().Select(r => r!["error"]?["code"]?.ToString()).ShouldBe([null, null, null, null, "upload_missing"]);
        (await alice.PostAsync($"/api/batches/{batchId}/close")).Status.ShouldBe(200);
        Answer? batch = null;
        await Eventually.True(async () => (batch = await alice.GetAsync($"/api/batches/{batchId}")).Text("status") == "completed", "the batch completes");
        batch!.Text("outcome").ShouldBe("some_ready");
        batch.Json["assets"]!.AsArray().Select(a => (Guid.Parse(a!["id"]!.ToString()), a["status"]!.ToString()))
            .ShouldBe(uploads.Select((u, i) => (u.Id, i < 4 ? "ready" : "expired")));
    }

    /// <summary>The hundredth URL of a batch is dead before its file's turn comes, so each is signed again when it is used.</summary>
    [Fact]
    public async Task A_hundred_files_whose_urls_live_one_second_all_arrive()
    {
        await using var server = await Server.StartAsync(("Uploads__UrlSeconds", "1"));
        using var alice = await server.PersonAsync();
        byte[] bytes = [1, 2, 3];
        var (batchId, uploads) = await PresignAsync(alice, 100, bytes.Length);
        var expired = uploads.Max(u => u.Json["expiresAt"]!.GetValue<DateTimeOffset>());
        await Eventually.True(() => TimeProvider.System.GetUtcNow() > expired, "the URLs expire");
        (await Person.PutAsync(uploads[^1], bytes)).Status.ShouldBe(403);

        await EachAsync(uploads.Count, async i => await Eventually.True(
            async () =>
            {
                var again = await alice.PostAsync($"/api/upload/{uploads[i].Id}/url");
                (again.Status, again.Id, again.Text("key")).ShouldBe((200, uploads[i].Id, uploads[i].Text("key")));

                // On a busy machine a second can pass between the two requests; a client signs once more then.
                return (await Person.PutAsync(again, bytes)).Status == 200;
            },
            $"file {i} arrives"));

        var confirmed = await alice.PostAsync("/api/upload/confirm-batch", new { ids = uploads.Select(u => u.Id) });
        confirmed.Json["results"]!.AsArray().Count.ShouldBe(100);
        confirmed.Json["results"]!.AsArray().ShouldAllBe(r => r!["success"]!.GetValue<bool>());
        (await alice.GetAsync($"/api/batches/{batchId}")).Json["byStatus"]!["pending"].ShouldBeNull();
    }

    private static async Task<(string BatchId, List<Answer> Uploads)> PresignAsync(Person person, int count, int size)
    {
        var files = Enumerable.Range(0, count).Select(i => new { filename = $"{i}.jpg", contentType = "image/jpeg", fileSize = size });
        var batch = await person.PostAsync("/api/upload/presigned-urls", new { files });
        batch.Status.ShouldBe(200);
        return (batch.Text("batchId"), [.. batch.Json["uploads"]!.AsArray().Select(u => new Answer(200, batch.Headers, u!.ToJsonString()))]);
    }

    private static Task EachAsync(int count, Func<int, Task> upload) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (i, _) => await upload(i));
}
