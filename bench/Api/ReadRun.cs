using System.Runtime.Versioning;

namespace Pipeline.Bench.Api;

/// <summary>GETs of ready assets with eight variants.</summary>
[SupportedOSPlatform("linux")]
internal static class ReadRun
{
    public const int Lanes = 32;
    private const int Assets = 1_000;
    private const int Size = 2_000_000;

    // The API makes views of the rows, so they are as the outcome of a worker leaves them.
    private const string MakeReady = """
        UPDATE assets SET "Status" = 'Ready', "Revision" = 1, "Attempt" = 1, "ConfirmedAt" = now(), "ReadyAt" = now(), "ProfileFingerprint" = '00000000000000f1', "PerceptualHash" = '00000000000000ff',
            "Sha256" = repeat('00ff', 16), "Publication" = (
                SELECT jsonb_build_object('revision', 1, 'original', jsonb_build_object('key', 'originals/a/b', 'eTag', 'e', 'sha256', repeat('00ff', 16), 'size', 9, 'contentType', 'image/jpeg'),
                    'width', 4032, 'height', 3024, 'frames', 1, 'removed', '["gps", "exif"]'::jsonb, 'recipe', 'r',
                    'placeholder', jsonb_build_object('thumbHash', '1QcSHQRnh493V4dIh4eXh1h4kJUI', 'dataUrl', 'data:image/webp;base64,' || repeat('A', 200), 'color', '#102030'),
                    'variants', (SELECT jsonb_agg(jsonb_build_object('name', 'w' || width, 'format', format, 'contentType', 'image/' || format, 'width', width, 'height', width * 3 / 4, 'bytes', 9,
                        'sha256', repeat('00ff', 16), 'key', 'assets/00/a/r/w' || width || '.' || format)) FROM (VALUES (320), (640), (1280), (2048)) AS widths (width), (VALUES ('jpeg'), ('webp')) AS formats (format)))::text)
        WHERE "Size" = 2000000;
        INSERT INTO profiles ("Name", "Fingerprint", "Engine", "AnnouncedAt") SELECT DISTINCT "Profile", '00000000000000f1', 'engine 1', now() FROM assets ON CONFLICT DO NOTHING
        """;

    /// <returns>The requests, by their owners.</returns>
    public static async Task<Func<ReadOnlyMemory<byte>>> PrepareAsync(ApiServer server)
    {
        var uploads = await Requests.PendingAsync(server, Assets, Size);
        await server.Database.RunAsync(MakeReady);
        var (requests, next) = (uploads.ConvertAll(upload => HttpLane.Request("GET", $"/api/assets/{upload.Id}", upload.Token)), -1);
        return () => requests[(int)((uint)Interlocked.Increment(ref next) % (uint)requests.Count)];
    }
}
