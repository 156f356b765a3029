using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>asset, assets, reprocess, delete, token.</summary>
public sealed class AssetCommandTests : ScriptedApiTests
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_asset_is_shown_with_its_timeline(bool json)
    {
        At($"/api/assets/{Id}/timeline", new { events = new[] { new { at = "2026-03-01T12:00:01Z", kind = "confirmed", detail = "etag abc" } } });

        (await Run.AgainstAsync(Api, json ? ["asset", Id, "--json"] : ["asset", Id])).ShouldBe(ExitCode.Done);

        if (json)
        {
            Run.Document.GetProperty("asset").GetProperty("id").GetString().ShouldBe(Id);
            Run.Document.GetProperty("timeline")[0].GetProperty("kind").GetString().ShouldBe("confirmed");
        }
        else
        {
            Run.Out.ShouldMatch("status +ready");
            Run.Out.ShouldMatch(@"2026-03-01 12:00:01Z +confirmed +etag abc");
        }
    }

    [Fact]
    public async Task A_long_timeline_is_collected_page_by_page()
    {
        Api.Instead = context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/timeline", StringComparison.Ordinal)) return null;
            var page = int.Parse(context.Request.Query["cursor"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
            var events = new[] { new { at = "2026-03-01T12:00:01Z", kind = $"kind-{page}", detail = "" } };
            return page < 2 ? Results.Ok(new { events, nextCursor = $"{page + 1}" }) : Results.Ok(new { events });
        };

        (await Run.AgainstAsync(Api, "asset", Id, "--json")).ShouldBe(ExitCode.Done);

        Run.Document.GetProperty("timeline").EnumerateArray().Select(line => line.GetProperty("kind").GetString()).ShouldBe(["kind-0", "kind-1", "kind-2"]);
    }

    [Fact]
    public async Task All_assets_are_collected_page_by_page()
    {
        Pages(250);

        (await Run.AgainstAsync(Api, "assets", "--all", "--status", "ready", "--json")).ShouldBe(ExitCode.Done);

        var items = Run.Document.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToList();
        items.Count.ShouldBe(250);
        items.Distinct(StringComparer.Ordinal).Count().ShouldBe(250);
        Run.Document.TryGetProperty("nextCursor", out _).ShouldBeFalse();
        Api.Requests.ShouldBe(
        [
            "GET /api/assets?limit=100&status=ready",
            "GET /api/assets?limit=100&status=ready&cursor=100",
            "GET /api/assets?limit=100&status=ready&cursor=200",
        ]);
    }

    [Fact]
    public async Task A_limit_goes_over_pages_and_tells_that_there_are_more()
    {
        Pages(250);

        (await Run.AgainstAsync(Api, "assets", "--limit", "120")).ShouldBe(ExitCode.Done);

        Run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(121);
        Run.Error.ShouldContain("there are more");
    }

    [Fact]
    public async Task A_cursor_that_stands_still_does_not_keep_us_for_ever()
    {
        At("/api/assets", new { items = new[] { new { id = Id, status = "ready" } }, nextCursor = "same" });

        (await Run.AgainstAsync(Api, "assets", "--all")).ShouldBe(ExitCode.Done);

        Api.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_rerun_is_waited_for_until_its_revision_is_visible()
    {
        At($"/api/assets/{Id}/reprocess", new { id = Id, revision = 4 });
        Api.Asset = upload => upload.Looks switch
        {
            // The old one stays ready while the new one is in work.
            < 3 => new { upload.Id, status = "ready", revision = 3, work = new { revision = 4, status = "processing", attempt = 1 } },
            _ => new { upload.Id, status = "ready", revision = 4 },
        };

        (await Run.AgainstAsync(Api, "reprocess", "--id", Id, "--wait", "--json")).ShouldBe(ExitCode.Done);

        Run.Document.GetProperty("revision").GetInt32().ShouldBe(4);
        Run.Document.GetProperty("asset").GetProperty("revision").GetInt32().ShouldBe(4);
        Api.Count($"GET /api/assets/{Id}").ShouldBe(3);
    }

    [Fact]
    public async Task A_ready_asset_of_an_older_revision_is_not_the_end_of_a_rerun()
    {
        At($"/api/assets/{Id}/reprocess", new { id = Id, revision = 4 });
        Api.Asset = upload => new { upload.Id, status = "ready", revision = upload.Looks < 5 ? 3 : 4 };

        (await Run.AgainstAsync(Api, "reprocess", "--id", Id, "--wait")).ShouldBe(ExitCode.Done);

        Api.Count($"GET /api/assets/{Id}").ShouldBe(5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_rerun_that_failed_for_good_is_status_1_although_the_asset_is_ready(int revision)
    {
        At($"/api/assets/{Id}/reprocess", new { id = Id, revision = 4 });
        Api.Asset = upload => new { upload.Id, status = "ready", revision, failure = new { code = "store_unavailable", reason = "gave up", attempts = 6 } };

        (await Run.AgainstAsync(Api, "reprocess", "--id", Id, "--wait")).ShouldBe(ExitCode.Refused);

        Run.ErrorLines.ShouldBe(["pipeline: Reprocessing failed and the previous variants stay: gave up (store_unavailable)"]);
    }

    [Fact]
    public async Task Without_wait_a_rerun_only_says_its_revision()
    {
        At($"/api/assets/{Id}/reprocess", new { id = Id, revision = 4 });

        (await Run.AgainstAsync(Api, "reprocess", "--id", Id)).ShouldBe(ExitCode.Done);

        Run.Out.ShouldBe($"{Id} is being reprocessed as revision 4{Environment.NewLine}");
    }

    [Fact]
    public async Task Deleting_asks_nobody_when_nobody_is_there_and_deletes_nothing()
    {
        (await Run.AgainstAsync(Api, "delete", Id)).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("--yes");
        Api.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("y\n", 0, 1)]
    [InlineData("n\n", 1, 0)]
    [InlineData("\n", 1, 0)]
    [InlineData("", 1, 0)]
    public async Task At_a_terminal_deleting_asks_first(string answer, int status, int deletes)
    {
        using var run = new CliRun { AtTerminal = true, Typed = answer };
        Api.Instead = context => context.Request.Method == "DELETE" ? Results.NoContent() : null;

        (await run.AgainstAsync(Api, "delete", Id)).ShouldBe(status);

        Api.Count($"DELETE /api/assets/{Id}").ShouldBe(deletes);
    }

    [Fact]
    public async Task With_yes_it_is_deleted()
    {
        Api.Instead = context => context.Request.Method == "DELETE" ? Results.NoContent() : null;

        (await Run.AgainstAsync(Api, "delete", Id, "--yes", "--json")).ShouldBe(ExitCode.Done);

        Run.Document.GetProperty("deleted").GetBoolean().ShouldBeTrue();
    }

    private void At(string path, object answer) => Api.Instead = context => context.Request.Path == path ? Results.Ok(answer) : null;

    private void Pages(int total) => Api.Instead = context =>
    {
        var from = int.TryParse(context.Request.Query["cursor"], out var cursor) ? cursor : 0;
        var to = Math.Min(total, from + int.Parse(context.Request.Query["limit"]!));
        return Results.Ok(new
        {
            items = Enumerable.Range(from, to - from).Select(n => new { id = $"a{n}", status = "ready" }),
            nextCursor = to < total ? $"{to}" : null,
        });
    };
}
