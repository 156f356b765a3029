namespace Pipeline.EndToEnd.Harness;

/// <summary>An account that sends without a pause, and another account with one photo.</summary>
internal static class Flood
{
    private const int Files = 16;

    // The photos of the flood that are in work and that end meanwhile; on a busy machine these are several. Without turns they would be nearly all.
    private const int MostBefore = 10;

    /// <summary>The other account's photo is confirmed last and ends before most of the photos confirmed before it.</summary>
    public static async Task ShouldDelayNobodyAsync(Person eve, Person ada)
    {
        var flood = new List<Guid>();
        for (var i = 0; i < Files; i++) flood.Add(await PutAsync(eve));
        var photo = await PutAsync(ada);

        await Task.WhenAll(flood.Select(id => eve.ConfirmAsync(id)));
        (await ada.ConfirmAsync(photo)).Status.ShouldBe(202);

        var asset = await ada.TerminalAsync(photo);
        asset.Text("status").ShouldBe("ready");
        var (from, to) = (Time(asset, "confirmedAt"), Time(asset, "readyAt"));
        var before = 0;
        foreach (var id in flood)
        {
            var other = await eve.TerminalAsync(id);
            other.Text("status").ShouldBe("ready");
            if (Time(other, "readyAt") is var at && at > from && at < to) before++;
        }

        before.ShouldBeLessThanOrEqualTo(MostBefore);
    }

    private static async Task<Guid> PutAsync(Person person)
    {
        var presigned = await person.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        return presigned.Id;
    }

    private static DateTimeOffset Time(Answer asset, string name) => asset.Json[name]!.GetValue<DateTimeOffset>();
}
