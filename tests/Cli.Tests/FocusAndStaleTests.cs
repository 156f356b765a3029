using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>focus, and the output of other commands for focal points and stale assets.</summary>
public sealed class FocusAndStaleTests : ScriptedApiTests
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";

    [Fact]
    public async Task A_focal_point_is_sent_with_a_dot_and_the_revision_is_told()
    {
        var body = "";
        Api.Instead = context =>
        {
            body = new StreamReader(context.Request.Body).ReadToEndAsync().GetAwaiter().GetResult();
            return Results.Accepted(value: new { id = Id, revision = 4 });
        };

        (await Run.AgainstAsync(Api, "focus", Id, "0.25", "1")).ShouldBe(ExitCode.Done);

        body.ShouldBe("""{"x":0.25,"y":1}""");
        Api.Requests.ShouldBe([$"PUT /api/assets/{Id}/focal-point"]);
        Run.Out.ShouldBe($"{Id} has its focal point from revision 4 on{Environment.NewLine}");
    }

    [Fact]
    public async Task Clear_unsets_it()
    {
        Api.Instead = _ => Results.Accepted(value: new { id = Id, revision = 5 });

        (await Run.AgainstAsync(Api, "focus", Id, "--clear", "--json")).ShouldBe(ExitCode.Done);

        Api.Requests.ShouldBe([$"DELETE /api/assets/{Id}/focal-point"]);
        Run.Document.GetProperty("revision").GetInt32().ShouldBe(5);
    }

    [Theory]
    [InlineData("X must be a number from 0 to 1", "1.5", "0.5")]
    [InlineData("Y must be a number from 0 to 1", "0.5", "NaN")]
    [InlineData("Y must be a number from 0 to 1", "0.5", "0,5")]
    [InlineData("Give X and Y, or --clear", "0.5")]
    [InlineData("Give X and Y, or --clear")]
    [InlineData("Give X and Y, or --clear", "0.5", "0.5", "--clear")]
    public async Task What_is_no_place_in_the_image_is_not_sent(string told, params string[] args)
    {
        (await Run.AgainstAsync(Api, ["focus", Id, .. args])).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain(told);
        Api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_asset_shows_where_it_looks_and_that_it_is_stale()
    {
        Api.Asset = upload => new
        {
            upload.Id,
            status = "ready",
            focalPoint = new { x = 0.25, y = 0.5 },
            perceptualHash = "8f373714acfcf4d0",
            stale = true,
            variants = new[] { new { name = "w640", width = 640, height = 480, format = "webp", bytes = 1, url = "https://x.example/a", animated = true } },
        };
        Api.Instead = context => context.Request.Path.Value!.EndsWith("/timeline", StringComparison.Ordinal) ? Results.Ok(new { events = Array.Empty<object>() }) : null;

        (await Run.AgainstAsync(Api, "asset", Id)).ShouldBe(ExitCode.Done);

        Run.Out.ShouldMatch(@"focus +0\.25 0\.5");
        Run.Out.ShouldMatch("hash +8f373714acfcf4d0");
        Run.Out.ShouldMatch("stale +yes");
        Run.Out.ShouldContain("webp (animated)");
    }

    [Fact]
    public async Task Only_stale_assets_are_listed_when_asked_for()
    {
        Stale(new { id = Id, status = "ready", stale = true });

        (await Run.AgainstAsync(Api, "assets", "--stale", "--status", "ready")).ShouldBe(ExitCode.Done);

        Api.Requests.ShouldBe(["GET /api/assets?limit=20&status=ready&stale=true"]);
        Run.Out.ShouldContain("STALE");
    }

    [Fact]
    public async Task All_stale_assets_are_made_anew_but_not_those_in_work()
    {
        Stale(
            new { id = "a1", status = "ready", stale = true },
            new { id = "a2", status = "ready", stale = true, work = new { revision = 2, status = "queued" } },
            new { id = "a3", status = "ready", stale = true });

        (await Run.AgainstAsync(Api, "reprocess", "--stale")).ShouldBe(ExitCode.Done);

        Api.Requests.Skip(1).ShouldBe(["POST /api/assets/a1/reprocess", "POST /api/assets/a3/reprocess"]);
        Run.Out.ShouldBe($"2 assets are being reprocessed{Environment.NewLine}1 asset is being processed already{Environment.NewLine}");
    }

    [Fact]
    public async Task One_that_is_refused_does_not_keep_the_others()
    {
        Stale(new { id = "gone", status = "ready", stale = true }, new { id = "a3", status = "ready", stale = true });

        (await Run.AgainstAsync(Api, "reprocess", "--stale", "--json")).ShouldBe(ExitCode.Refused);

        Run.Document.GetProperty("started")[0].GetProperty("id").GetString().ShouldBe("a3");
        Run.Document.GetProperty("refused")[0].GetProperty("id").GetString().ShouldBe("gone");
    }

    [Fact]
    public async Task Without_own_stale_assets_it_names_the_command_for_the_tenant()
    {
        Stale();
        (await Run.AgainstAsync(Api, "reprocess", "--stale")).ShouldBe(ExitCode.Done);
        Run.Out.ShouldBe($"none of your own assets is stale. Those of the whole tenant: pipeline reprocess --stale any{Environment.NewLine}");
    }

    [Theory]
    [InlineData("--rate must be a number", "--rate", "abc")]
    [InlineData("--budget must be a number", "--budget", "NaN")]
    [InlineData("--in-flight must be a whole number", "--in-flight", "1.5")]
    [InlineData("--keep must be a whole number", "--keep", "long")]
    public async Task A_wrong_number_is_named_in_words(string explanation, params string[] options)
    {
        (await Run.AgainstAsync(Api, ["reprocess", "--all", .. options])).ShouldBe(ExitCode.Usage);
        Run.Error.ShouldContain(explanation);
        Run.Error.ShouldNotContain("System.");
        Api.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--stale, --all or another filter for many", "reprocess")]
    [InlineData("Give --id ID for one asset, or --stale", "reprocess", "--stale", "--id", Id)]
    [InlineData("--wait needs --id", "reprocess", "--stale", "--wait")]
    public async Task One_asset_or_all_stale_ones_are_made_anew_and_never_both(string told, params string[] args)
    {
        (await Run.AgainstAsync(Api, args)).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain(told);
        Api.Requests.ShouldBeEmpty();
    }

    private void Stale(params object[] items) => Api.Instead = context => context.Request switch
    {
        { Method: "GET" } => Results.Ok(new { items }),
        { Path.Value: "/api/assets/gone/reprocess" } => Results.Json(new { code = "not_found", detail = "There is no such thing here." }, contentType: "application/problem+json", statusCode: 404),
        var request => Results.Accepted(value: new { id = request.Path.Value!.Split('/')[3], revision = 2 }),
    };
}
