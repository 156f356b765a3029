using System.Collections.Concurrent;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>
/// The minimum with these codecs: one decode, and an encode of each variant, without a conversion of colours where the engine needs none. The
/// pixels are resized in advance, and the output is discarded.
/// </summary>
internal sealed class FloorWork : IWork
{
    private readonly ConcurrentDictionary<string, Lazy<Prepared>> _photos = new(StringComparer.Ordinal);

    public FloorWork() => _ = VipsRuntime.Start();

    public string Version => $"libwebp {WebpEncoder.Version} and the system's libjpeg-turbo";

    public Task DoAsync(string photo, string folder, IReadOnlyList<int> widths)
    {
        // Filled by the warm-up turns; only one photo is kept.
        var prepared = _photos.GetOrAdd(photo, path => new Lazy<Prepared>(() => Prepared.Of(Photo.Read(path)))).Value;
        foreach (var other in _photos.Keys.Where(path => path != photo))
            if (_photos.TryRemove(other, out var old)) old.Value.Dispose();

        prepared.Decode();
        foreach (var size in prepared.Sizes)
        {
            size.ToWebp(quality: 80, effort: 4, CancellationToken.None).Dispose();
            size.ToJpeg(quality: 85, background: default).Dispose();
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var photo in _photos.Values) photo.Value.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record Prepared(Photo Photo, byte[] Source, IReadOnlyList<Raster> Sizes) : IDisposable
    {
        private readonly ConcurrentBag<TurboDecoder> _decoders = [];

        public static Prepared Of(Photo photo)
        {
            var source = File.ReadAllBytes(photo.Path);
            using var header = VipsSource.Open(source, ImageType.Jpeg);
            var sizes = new List<Raster> { PhotoDecoder.Decode(header, source, ImageType.Jpeg, photo.Widest, photo.HeightAt(photo.Widest), CancellationToken.None) };
            foreach (var width in photo.Widths.Reverse().Skip(1)) sizes.Add(sizes[^1].To(width, photo.HeightAt(width), CancellationToken.None));
            return new Prepared(photo, source, sizes);
        }

        public void Decode()
        {
            var decoder = _decoders.TryTake(out var used) ? used : new TurboDecoder(Photo, Source);
            decoder.Decode(Source);
            _decoders.Add(decoder);
        }

        public void Dispose()
        {
            foreach (var size in Sizes) size.Dispose();
            foreach (var decoder in _decoders) decoder.Dispose();
        }
    }
}
