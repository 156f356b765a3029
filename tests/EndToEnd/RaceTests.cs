using Pipeline.Race;

namespace Pipeline.EndToEnd;

/// <summary>The short form of <c>./test.sh --race</c>: a second file overwrites the first while that is confirmed and processed.</summary>
public sealed class RaceTests
{
    private const int Seed = 7;

    [Fact]
    public Task Nothing_is_published_but_what_was_scanned_whenever_the_file_is_replaced() => RaceAsync(Track.EmbeddedAsync, races: 50);

    [Fact]
    public Task Nor_is_it_where_the_store_is_a_bucket() => RaceAsync(Track.ProductionAsync, races: 20);

    private static async Task RaceAsync(Func<string, Task<Track>> start, int races)
    {
        using var folder = new TempFolder();
        await using var track = await start(folder.Path);
        using var run = new RaceRun(track, Seed);

        await run.RunAsync(0, races, CancellationToken.None);
        await run.AuditAsync(CancellationToken.None);

        run.Faults.ShouldBeEmpty();
        run.Run.ShouldBe(races);
    }
}
