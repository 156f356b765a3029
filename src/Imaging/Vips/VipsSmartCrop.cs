using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging.Vips;

/// <summary>Finds the part of an image that a crop should keep.</summary>
internal static class VipsSmartCrop
{
    /// <summary>Returns the centre of the best window of that size.</summary>
    public static FocalPoint Find(Bitmap bitmap, PixelSize window, Crop crop, CancellationToken cancellationToken)
    {
        if (crop == Crop.Centre || (window.Width >= bitmap.Width && window.Height >= bitmap.Height))
        {
            return new FocalPoint { X = 0.5, Y = 0.5 };
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var image = VipsImage.Over(bitmap);
        using var found = new VipsOperation("smartcrop", FormattableString.Invariant(
            $"width={window.Width},height={window.Height},interesting={(crop == Crop.Entropy ? "entropy" : "attention")}")).With("input", image).Run();

        // libvips stores the window's position in the source as a negative offset.
        return new FocalPoint
        {
            X = (-VipsNative.XOffset(found) + (window.Width / 2.0)) / bitmap.Width,
            Y = (-VipsNative.YOffset(found) + (window.Height / 2.0)) / bitmap.Height,
        };
    }
}
