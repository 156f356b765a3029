using System.Collections.Concurrent;
using Pipeline.Processor.Imaging;
using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Vips;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>
/// What nobody gets around who uses these codecs: one decode, and an encode of each variant. The resized pixels are there already, and
/// what comes out is thrown away.
/// </summary>
internal sealed class FloorWork : IWork
{
    private readonly ConcurrentDictionary<string, Lazy<Prepared>> _photos = new(StringComparer.Ordinal);

    public FloorWork() => _ = VipsRuntime.Start();

    public string Version => $"libwebp {WebpEncoder.Version} and the system's libjpeg-turbo";

    public Task DoAsync(string photo, string folder, IReadOnlyList<int> widths)
    {
        // By the turn that warms up.
        var prepared = _photos.GetOrAdd(photo, path => new Lazy<Prepared>(() => Prepared.Of(path, widths))).Value;
        TurboDecoder.Decode(prepared.Source, prepared.Shrink).Dispose();
        foreach (var bitmap in prepared.Sizes)
        {
            WebpEncoder.Encode(bitmap, quality: 80, effort: 4, CancellationToken.None).Dispose();
            JpegEncoder.Encode(bitmap, quality: 85).Dispose();
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var bitmap in _photos.Values.SelectMany(photo => photo.Value.Sizes)) bitmap.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record Prepared(byte[] Source, int Shrink, IReadOnlyList<Bitmap> Sizes)
    {
        public static Prepared Of(string path, IReadOnlyList<int> widths)
        {
            var source = File.ReadAllBytes(path);
            var (width, height, _) = VipsDecoder.ReadHeader(source, ImageType.Jpeg);
            var photo = new Photo(path, width, height);
            var sizes = new List<Bitmap>();
            foreach (var wanted in widths.OrderDescending().Select(w => Math.Min(w, width)))
                sizes.Add(sizes.Count == 0
                    ? VipsDecoder.Decode(source, ImageType.Jpeg, wanted, photo.HeightAt(wanted), CancellationToken.None)
                    : VipsResize.To(sizes[^1], wanted, photo.HeightAt(wanted), CancellationToken.None));

            return new Prepared(source, TurboDecoder.ShrinkFor(width, sizes[0].Width), sizes);
        }
    }
}
