namespace Pipeline.EndToEnd;

/// <summary>Rescans on one machine, over the bus in memory.</summary>
public sealed class RescanTests
{
    [Fact]
    public async Task A_rescan_ends_and_withdraws_nothing_that_is_clean()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        var asset = await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes));
        using var admin = await server.PersonAsync("olga", "admin");
        var plan = await admin.PostAsync("/api/admin/runs", new { kind = "rescan", filter = new { all = true } });
        (plan.Status, (int)plan.Json["plan"]!["assets"]!).ShouldBe((201, 1));
        (await admin.PostAsync($"/api/admin/runs/{plan.Id}/apply")).Status.ShouldBe(202);

        await Eventually.True(async () => (await admin.GetAsync($"/api/admin/runs/{plan.Id}")).Text("state") == "completed", "the run ends");
        var progress = (await admin.GetAsync($"/api/admin/runs/{plan.Id}")).Json["progress"]!;
        ((int)progress["done"]!, (int)progress["failed"]!, (int)progress["held"]!).ShouldBe((1, 0, 0));
        Shown(await alice.AssetAsync(asset.Id)).ShouldBe(Shown(asset), "nothing that anyone sees has changed");
    }

    // The cleanup of the asset counts its row's version up, also without a rescan.
    private static string Shown(Answer asset)
    {
        var shown = asset.Json.AsObject();
        shown.Remove("sequence");
        return shown.ToJsonString();
    }
}
