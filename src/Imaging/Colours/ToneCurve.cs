using System.Buffers.Binary;

namespace Pipeline.Imaging.Colours;

/// <summary>A curve of a profile, from encoded values to light, both from 0 to 1.</summary>
internal sealed class ToneCurve
{
    private readonly double[] _parameters;
    private readonly double[] _points;

    private ToneCurve(double[] parameters, double[] points) => (_parameters, _points) = (parameters, points);

    /// <param name="tag">Any bytes.</param>
    /// <returns>Null for a curve that is damaged, or of a kind that profiles of sRGB do not use.</returns>
    public static ToneCurve? Read(ReadOnlySpan<byte> tag)
    {
        if (tag.Length < 12)
        {
            return null;
        }

        return tag.StartsWith("curv"u8) ? Points(tag) : tag.StartsWith("para"u8) ? Parameters(tag) : null;
    }

    /// <summary>The curve of sRGB, from light to encoded values.</summary>
    public static double Encode(double light) =>
        light <= 0.0031308 ? light * 12.92 : (1.055 * Math.Pow(Math.Min(light, 1), 1 / 2.4)) - 0.055;

    /// <summary>The light of an encoded value.</summary>
    public double Light(double value)
    {
        if (_points.Length > 1)
        {
            var place = value * (_points.Length - 1);
            var below = Math.Min((int)place, _points.Length - 2);
            return _points[below] + ((_points[below + 1] - _points[below]) * (place - below));
        }

        // Gamma, a, b, c, d of the specification.
        var p = _parameters;
        return value >= p[4] ? Math.Pow(Math.Max(0, (p[1] * value) + p[2]), p[0]) : p[3] * value;
    }

    private static ToneCurve? Points(ReadOnlySpan<byte> tag)
    {
        var count = BinaryPrimitives.ReadUInt32BigEndian(tag[8..]);
        if (count < 2 || count > (tag.Length - 12) / 2)
        {
            return null;
        }

        var points = new double[count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = BinaryPrimitives.ReadUInt16BigEndian(tag[(12 + (i * 2))..]) / (double)ushort.MaxValue;
        }

        return new ToneCurve([], points);
    }

    /// <summary>The kind with five parameters, which describes sRGB exactly.</summary>
    private static ToneCurve? Parameters(ReadOnlySpan<byte> tag)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(tag[8..]) != 3 || tag.Length < 12 + (5 * 4))
        {
            return null;
        }

        var parameters = new double[5];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] = BinaryPrimitives.ReadInt32BigEndian(tag[(12 + (i * 4))..]) / 65536.0;
        }

        return new ToneCurve(parameters, []);
    }
}
