namespace Pipeline.EndToEnd;

/// <summary>
/// A photo as a phone takes it: 12 megapixels, in portrait format (orientation 6, so the pixels are stored sideways), with GPS, XMP and IPTC.
/// In the upright image, the upper left corner is red and the lower right one is blue.
/// </summary>
internal static class CameraPhoto
{
    public const int Width = 3024;
    public const int Height = 4032;
    public const string Street = "Lange Strasse 17";

    private static readonly Lazy<byte[]> Made = new(Make);

    public static byte[] Bytes => Made.Value;

    private static byte[] Make()
    {
        using var photos = new Photos();

        // Orientation 6: the lower left of the sensor is the upper left of the upright image.
        var path = photos.Photo(
            "photo.jpg", Height, Width, "-attenuate", "0.2", "+noise", "Gaussian",
            "-fill", "red", "-draw", $"rectangle 0,{Width - 300} 299,{Width - 1}",
            "-fill", "blue", "-draw", $"rectangle {Height - 300},0 {Height - 1},299",
            "-quality", "90");
        Photos.Tag(
            path, "-Orientation#=6", "-GPSLatitude=52.52", "-GPSLatitudeRef=N", "-GPSLongitude=13.405", "-GPSLongitudeRef=E",
            "-Make=Acme", "-Model=Phone 12", $"-XMP-dc:Description={Street}", $"-IPTC:Caption-Abstract={Street}", "-Comment=made for a test");
        return File.ReadAllBytes(path);
    }
}
