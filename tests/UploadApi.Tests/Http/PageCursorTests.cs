using Pipeline.Assets.Events;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary>Cursors are taken only in the form in which they are shown.</summary>
public sealed class PageCursorTests
{
    private static readonly Guid Id = Guid.Parse("0190a5b2-7c3e-7000-8000-00000000000a");

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("{0}\0", false)]
    [InlineData(" {0}", false)]
    public void An_id_is_taken_as_it_is_shown(string format, bool isFine) => PageCursor.TryRead(format.Replace("{0}", Id.ToString("N"), StringComparison.Ordinal), out Guid _).ShouldBe(isFine);

    [Fact]
    public void An_id_in_capitals_is_none() => PageCursor.TryRead(Id.ToString("N").ToUpperInvariant(), out Guid _).ShouldBeFalse();

    [Theory]
    [InlineData("7", true)]
    [InlineData("0", true)]
    [InlineData("07", false)]
    [InlineData("7\0", false)]
    [InlineData("+7", false)]
    [InlineData("7 ", false)]
    [InlineData("", false)]
    public void A_number_is_taken_as_it_is_shown(string text, bool isFine) => PageCursor.TryRead(text, out int _).ShouldBe(isFine);

    [Theory]
    [InlineData("evt_0190a5b27c3e70008000000000000001_2", true)]
    [InlineData("evt_0190a5b27c3e70008000000000000001_02", false)]
    [InlineData("evt_0190a5b27c3e70008000000000000001_2\0", false)]
    [InlineData("evt_0190a5b27c3e70008000000000000001\0_2", false)]
    [InlineData("evt_0190A5B27C3E70008000000000000001_2", false)]
    public void An_event_is_taken_as_it_is_shown(string text, bool isFine) => EventId.TryParse(text, out _).ShouldBe(isFine);
}
