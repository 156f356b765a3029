using System.Security.Cryptography;
using Pipeline.Bench.Imaging.Runners;
using Pipeline.Bench.Imaging.Speed;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Imaging.Placeholders;
using Pipeline.Imaging.Resampling;
using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging.Breakdown;

/// <summary>Calls the engine's parts one after the other in this process and reports the time of each.</summary>
internal sealed class BreakdownRun(Photo photo, int rounds, string folder) : IDisposable
{
    private const int WarmUp = 3;

    private readonly byte[] _source = File.ReadAllBytes(photo.Path);
    private readonly Bitmap _room = TurboDecoder.RoomFor(photo);
    private readonly Dictionary<string, List<double>> _times = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<Stage>> MeasureAsync()
    {
        await using var engine = EngineWork.Bare(EngineWork.Usual);
        Directory.CreateDirectory(folder);
        for (var i = 0; i < WarmUp + rounds; i++)
        {
            if (i == WarmUp) _times.Clear();
            var before = Environment.CpuUsage.TotalTime;
            await engine.DoAsync(photo.Path, folder, photo.Widths);
            Note("whole", Environment.CpuUsage.TotalTime - before);
            Parts();
        }

        return Stages();
    }

    public void Dispose() => _room.Dispose();

    private void Parts()
    {
        Time("decode", ThrowRowsAway);
        Time("bare decode", () => TurboDecoder.Decode(_source, _room));
        Time("first resize", FirstResize);
        var bitmap = Time("first bitmap", () => VipsDecoder.Decode(_source, ImageType.Jpeg, photo.Widest, photo.HeightAt(photo.Widest), CancellationToken.None));
        foreach (var wanted in photo.Widths.Reverse())
        {
            if (wanted < bitmap.Width)
            {
                using var larger = bitmap;
                bitmap = Time($"resize {wanted}", () => VipsResize.To(larger, wanted, photo.HeightAt(wanted), CancellationToken.None));
            }

            using var webp = Time($"WebP {wanted}", () => WebpEncoder.Encode(bitmap, quality: 80, effort: 4, CancellationToken.None));
            using var jpeg = Time($"JPEG {wanted}", () => JpegEncoder.Encode(bitmap, quality: 85));
            Time($"write {wanted}", () =>
            {
                Write(webp);
                Write(jpeg);
            });
        }

        Time("placeholder", () =>
        {
            using var thumb = PlaceholderMaker.Thumb(bitmap, CancellationToken.None);
            _ = PerceptualHash.Of(thumb);
            _ = PlaceholderMaker.Make(thumb, CancellationToken.None);
        });
        bitmap.Dispose();
    }

    private void ThrowRowsAway()
    {
        using var image = VipsSource.Open(_source, ImageType.Jpeg, photo.Shrink);
        image.ReadRows(_ => { }, CancellationToken.None);
    }

    private void FirstResize()
    {
        // In the file's orientation: the engine rotates it afterwards.
        var (width, height) = (photo.Widest, photo.HeightAt(photo.Widest));
        if (photo.IsSideways) (width, height) = (height, width);
        if (RgbResampler.Supports(_room.Width, _room.Height, width, height)) RgbResampler.Resize(_room, width, height).Dispose();
    }

    private void Write(EncodedImage image)
    {
        File.WriteAllBytes(Path.Combine(folder, "written"), image.Bytes);
        _ = SHA256.HashData(image.Bytes);
    }

    private List<Stage> Stages()
    {
        double Of(string name) => Series.Of(_times[name]).Median;
        double Sum(string prefix) => _times.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Sum(Of);
        List<Stage> stages =
        [
            new("decode", Of("decode"), Of("bare decode")),
            new("resize to the largest", Of("first resize"), 0),
            new("colours, turning, header", Of("first bitmap") - Of("decode") - Of("first resize"), 0),
            new("resize to the others", Sum("resize "), 0),
            .. photo.Widths.Reverse().Select(width => new Stage($"WebP {width}", Of($"WebP {width}"), Of($"WebP {width}"))),
            .. photo.Widths.Reverse().Select(width => new Stage($"JPEG {width}", Of($"JPEG {width}"), Of($"JPEG {width}"))),
            new("placeholder", Of("placeholder"), 0),
            new("hash and write", Sum("write "), 0),
        ];
        stages.Add(new Stage("all else", Of("whole") - stages.Sum(stage => stage.Ours), 0));
        return stages;
    }

    private T Time<T>(string name, Func<T> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        var result = work();
        Note(name, Environment.CpuUsage.TotalTime - before);
        return result;
    }

    private void Time(string name, Action work) => Time(name, () =>
    {
        work();
        return 0;
    });

    private void Note(string name, TimeSpan time)
    {
        if (!_times.TryGetValue(name, out var times)) _times.Add(name, times = []);
        times.Add(time.TotalMilliseconds);
    }
}
