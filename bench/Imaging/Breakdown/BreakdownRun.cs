using System.Security.Cryptography;
using Pipeline.Bench.Imaging.Runners;
using Pipeline.Bench.Imaging.Speed;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Fingerprints;
using Pipeline.Imaging.Placeholders;
using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Resampling;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging.Breakdown;

/// <summary>Calls the engine's parts one after the other in this process and reports the time of each.</summary>
internal sealed class BreakdownRun(Photo photo, int rounds, string folder) : IDisposable
{
    private const int WarmUp = 3;

    private readonly byte[] _source = File.ReadAllBytes(photo.Path);
    private readonly TurboDecoder _bare = new(photo, File.ReadAllBytes(photo.Path));
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

    public void Dispose() => _bare.Dispose();

    private void Parts()
    {
        Time("bare decode", () => _bare.Decode(_source));
        using var header = Time("header", () => VipsSource.Open(_source, ImageType.Jpeg));
        var (width, height) = (photo.Widest, photo.HeightAt(photo.Widest));
        if (photo.Kind == PhotoKind.Other) ThroughPixels();
        else ThroughPlanes();
        var raster = Time("first raster", () => PhotoDecoder.Decode(header, _source, ImageType.Jpeg, width, height, CancellationToken.None));
        foreach (var wanted in photo.Widths.Reverse())
        {
            if (wanted < raster.Width)
            {
                using var larger = raster;
                raster = Time($"resize {wanted}", () => larger.To(wanted, photo.HeightAt(wanted), CancellationToken.None));
            }

            using var webp = Time($"WebP {wanted}", () => raster.ToWebp(quality: 80, effort: 4, CancellationToken.None));
            using var jpeg = Time($"JPEG {wanted}", () => raster.ToJpeg(quality: 85, background: default));
            Time($"write {wanted}", () =>
            {
                Write(webp);
                Write(jpeg);
            });
        }

        Time("placeholder", () =>
        {
            using var thumb = PlaceholderMaker.Thumb(raster.Pixels, CancellationToken.None);
            _ = PerceptualHash.Of(thumb);
            _ = PlaceholderMaker.Make(thumb, CancellationToken.None);
        });
        raster.Dispose();
    }

    private void ThroughPlanes()
    {
        var (storedWidth, storedHeight) = Stored(photo.Width, photo.Height);
        var (width, height) = Stored(photo.Widest, photo.HeightAt(photo.Widest));
        using var planes = Time("decode", () => PlanarJpegDecoder.TryDecode(_source, storedWidth, storedHeight, photo.Shrink, (_, _, _, _) => true));
        if (planes is not null) Time("first resize", () => PlanarResize.To(planes, width, height).Dispose());
    }

    private void ThroughPixels()
    {
        var (width, height) = Stored(photo.Widest, photo.HeightAt(photo.Widest));
        Time("decode", () =>
        {
            using var image = VipsSource.Open(_source, ImageType.Jpeg, photo.Shrink);
            image.ReadRows(_ => { }, CancellationToken.None);
        });
        using var whole = VipsSource.Open(_source, ImageType.Jpeg, photo.Shrink);
        using var pixels = whole.ToBitmap(CancellationToken.None);
        if (RgbResampler.Supports(pixels.Width, pixels.Height, width, height)) Time("first resize", () => RgbResampler.Resize(pixels, width, height).Dispose());
    }

    // In the file's orientation: the engine turns the result.
    private (int Width, int Height) Stored(int width, int height) => photo.IsSideways ? (height, width) : (width, height);

    private void Write(EncodedImage image)
    {
        File.WriteAllBytes(Path.Combine(folder, "written"), image.Bytes);
        _ = SHA256.HashData(image.Bytes);
    }

    private List<Stage> Stages()
    {
        double Of(string name) => _times.TryGetValue(name, out var times) ? Series.Of(times).Median : 0;
        double Sum(string prefix) => _times.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Sum(Of);
        List<Stage> stages =
        [
            new("decode", Of("decode"), Of("bare decode")),
            new("resize to the largest", Of("first resize"), 0),
            new("profile, turning, checks", Of("first raster") - Of("decode") - Of("first resize"), 0),
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
