using Pipeline.TestKit.Images;

namespace Pipeline.EndToEnd;

/// <summary>Checks the variants of <see cref="CameraPhoto"/>, wherever they are published.</summary>
internal static class VariantCheck
{
    /// <summary>All variants of the default profile, none enlarged and all upright.</summary>
    public static void AreAllSizes(Answer asset)
    {
        asset.Json["width"]!.GetValue<int>().ShouldBe(CameraPhoto.Width);
        asset.Json["height"]!.GetValue<int>().ShouldBe(CameraPhoto.Height);
        asset.Json["variants"]!.AsArray().Select(v => $"{v!["name"]} {v["format"]} {v["width"]}x{v["height"]}").ShouldBe(
        [
            "w320 jpeg 320x427", "w320 webp 320x427", "w640 jpeg 640x853", "w640 webp 640x853",
            "w1280 jpeg 1280x1707", "w1280 webp 1280x1707", "w2048 jpeg 2048x2731", "w2048 webp 2048x2731",
        ]);
    }

    /// <summary>The corners are upright, and no metadata shows where, when, with which camera or by whom the photo was taken.</summary>
    public static void IsUprightAndBare(JsonNode variant, byte[] bytes, Photos photos)
    {
        var path = photos.Write($"{variant["name"]}.{variant["format"]}", bytes);
        var groups = JsonNode.Parse(Photos.Metadata(path))![0]!.AsObject().Select(p => p.Key.Split(':')[0]).Distinct();
        groups.ShouldBeSubsetOf(["SourceFile", "ExifTool", "System", "File", "JFIF", "RIFF", "Composite"]);
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var trace in new[] { "Exif", "http://ns.adobe.com", "Photoshop 3.0", "Acme", CameraPhoto.Street, "made for a test" })
            text.ShouldNotContain(trace);

        var seen = PublishedVariant.Read(bytes);
        (seen.Width, seen.Height).ShouldBe((variant["width"]!.GetValue<int>(), variant["height"]!.GetValue<int>()));
        (seen.Frames, string.Join(", ", seen.Unwanted)).ShouldBe((1, ""));

        var (red, blue) = (seen.MeanColour(4, 4, 8), seen.MeanColour(seen.Width - 12, seen.Height - 12, 8));
        red[0].ShouldBeGreaterThan(200);
        red[2].ShouldBeLessThan(60);
        blue[2].ShouldBeGreaterThan(200);
        blue[0].ShouldBeLessThan(60);
    }
}
