namespace Pipeline.Contracts;

/// <summary>What a crop must keep: a point of the image as a person sees it, from 0 (left, top) to 1 (right, bottom).</summary>
public sealed record FocalPoint(double X, double Y);
