using Microsoft.AspNetCore.Http;
using Pipeline.Client;

namespace Pipeline.Cli.Tests;

/// <summary>Uploads that arrive while a confirm request runs share the next one.</summary>
public sealed class ConfirmQueueTests : ScriptedApiTests
{
    private readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task Those_that_arrive_meanwhile_are_one_request()
    {
        HoldTheFirst();
        var statuses = await ConfirmThreeAsync();

        statuses.ShouldAllBe(status => status == "queued");
        Api.Requests.ShouldBe(["POST /api/upload/confirm", "POST /api/upload/confirm-batch"]);
        Api.Uploads.Values.ShouldAllBe(one => one.IsConfirmed);
    }

    [Fact]
    public async Task One_that_is_not_confirmed_gets_its_own_reason_and_the_others_are()
    {
        HoldTheFirst(context => context.Request.Path == "/api/upload/confirm-batch"
            ? Results.Ok(new { results = new object[] { new { id = "b", success = false, error = new { code = "upload_missing", detail = "Not there." } }, new { id = "c", success = true, status = "queued" } } })
            : Api.Requests.Count > 2 ? Results.Json(new { detail = "The file has not arrived yet.", code = "upload_missing" }, statusCode: 409)
            : null);

        var failure = await Should.ThrowAsync<PipelineException>(ConfirmThreeAsync);

        failure.Code.ShouldBe("upload_missing");
        failure.Message.ShouldBe("The file has not arrived yet.");
        Api.Requests.ShouldBe(["POST /api/upload/confirm", "POST /api/upload/confirm-batch", "POST /api/upload/confirm"]);
    }

    private void HoldTheFirst(Func<HttpContext, IResult?>? then = null)
    {
        foreach (var id in new[] { "a", "b", "c" }) Api.Uploads[id] = new StoredUpload(id, "x.jpg", "image/jpeg", 1, null);
        Api.Instead = context =>
        {
            if (Api.Requests.Count == 1) _release.Wait(TimeSpan.FromMinutes(1));
            return then?.Invoke(context);
        };
    }

    private async Task<string[]> ConfirmThreeAsync()
    {
        var limits = new RequestLimits();
        using var http = HttpClients.Create(limits, "test");
        var retries = new RetryPolicy(limits, TimeProvider.System, TimeProvider.System);
        using var queue = new ConfirmQueue(new ApiClient(new ApiChannel(http, Api.Address, _ => ValueTask.FromResult<string?>(null), retries, limits)));

        // The first is on its way and holds the turn; the others wait for it.
        Task<string>[] all = [queue.ConfirmAsync("a", default), queue.ConfirmAsync("b", default), queue.ConfirmAsync("c", default)];
        _release.Set();
        return await Task.WhenAll(all);
    }
}
