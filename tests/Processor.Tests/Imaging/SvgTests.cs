using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.InputFiltering;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class SvgTests : IDisposable
{
    private const string Start = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='40' height='20'>";
    private const string Red = "<rect width='40' height='20' fill='#ff0000'/>";

    private readonly Workbench _bench = new() { Engine = Workbench.NewEngine(new ImageLimits { Inputs = ["svg"] }) };

    [Theory]
    [InlineData(Start + Red + "</svg>")]
    [InlineData("\uFEFF<?xml version='1.0' encoding='utf-8'?>\n<!-- a > b --><svg:svg xmlns:svg='http://www.w3.org/2000/svg' "
        + "viewBox='0 0 40 20' width='40' height='20'><svg:rect width='40' height='20' fill='red'/></svg:svg>")]
    [InlineData("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n" + Start + Red + "</svg>")]
    [InlineData(Start + "<style>.r { fill: url(#g) }</style><defs><linearGradient id='g'><stop stop-color='red'/></linearGradient>"
        + "<rect id='x' class='r' width='40' height='20'/></defs><a xlink:href='https://example.com'><use xlink:href='#x'/></a></svg>")]
    public async Task A_drawing_is_rendered_at_its_own_size(string svg)
    {
        var path = Write(svg);

        (await _bench.Inspect(path)).Value.ShouldBe(new ImageFacts("image/svg+xml", 40, 20, 1));
        var (jpeg, _) = await _bench.RenderOne(path, 320);
        Photos.MeanColour(jpeg, 8, 4, 8)[0].ShouldBe(255, 4);
        Photos.MeanColour(jpeg, 8, 4, 8)[1].ShouldBe(0, 4);
    }

    [Theory]
    [InlineData("72pt", "36pt", 96, 48)]
    [InlineData("1in", "2.54cm", 96, 96)]
    [InlineData("25.4mm", "6pc", 96, 96)]
    [InlineData("101.6Q", "96px", 96, 96)]
    [InlineData("96", "48", 96, 48)]
    [InlineData("2em", "3rem", 32, 48)]
    public async Task Lengths_are_those_of_css(string width, string height, int wide, int high)
    {
        var facts = (await _bench.Inspect(Write($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{Red}</svg>"))).Value;

        (facts.Width, facts.Height).ShouldBe((wide, high));
    }

    [Theory]
    [InlineData("<rect width='0.5in' height='1in' fill='red'/>")]
    [InlineData("<rect style='width:36pt; height:25.4mm' width='36pt' height='25.4mm' fill='red'/>")]
    [InlineData("<style>line { stroke-width: 36pt }</style><line x1='24' y1='-100' x2='24' y2='300' stroke='red'/>")]
    public async Task Lengths_inside_are_those_of_css(string content)
    {
        var (_, webp) = await _bench.RenderOne(Write($"<svg xmlns='http://www.w3.org/2000/svg' width='96' height='96'>{content}</svg>"), 96);

        var pixels = Photos.Pixels(webp, "rgba");
        pixels[(((50 * 96) + 44) * 4) + 3].ShouldBe((byte)255);
        pixels[(((50 * 96) + 52) * 4) + 3].ShouldBe((byte)0);
    }

    [Fact]
    public void Words_and_comments_stay_as_they_are()
    {
        const string Same = "<svg font-size='16px'" + " xmlns='http://www.w3.org/2000/svg'><!-- ' width='1in' --><text>a 12pt word, 1in</text></svg>";

        using var stripped = FilteredFile.Of(Encoding.UTF8.GetBytes(Same));

        stripped.IsUnchanged.ShouldBeTrue();
    }

    [Theory]
    [InlineData("<text style='font-family: \\65B0 \\7D30'>a</text>")]
    [InlineData("<style>.a\\:b { fill: url(#g) } .c { content: \"\\201C\" }</style>")]
    [InlineData("<rect style='fill: \\75 rl(\\23 g)'/>")]
    [InlineData("<style>.a { fill: url(#g) }</style><style/><style>.b { fill: url(#g) }</style>")]
    [InlineData("<rect id='url(http://127.0.0.1/)' class='src(x)' aria-label='url(photo.png)' data-link='url(photo.png)' xml:lang='url(x)'/>")]
    public async Task Text_that_leads_nowhere_is_harmless(string content) =>
        (await _bench.Inspect(Write(Start + content + "</svg>"))).Rejection.ShouldBeNull();

    [Fact]
    public async Task What_a_drawing_leaves_free_is_transparent()
    {
        var (jpeg, webp) = await _bench.RenderOne(Write(Start + "<rect width='20' height='20' fill='#00ff00'/></svg>"), 320,
            new Profile { Background = "#0000ff" });

        Photos.Pixels(webp, "rgba")[^1].ShouldBe((byte)0);
        Photos.MeanColour(jpeg, 28, 4, 8)[2].ShouldBe(255, 6);
    }

    [Theory]
    [InlineData("<image width='9' height='9' xlink:href='file:///etc/hostname'/>")]
    [InlineData("<image width='9' height='9' href='http://127.0.0.1/'/>")]
    [InlineData("<image width='9' height='9' href='photo.png'/>")]
    [InlineData("<image width='9' height='9' href='data:image/png;base64,AAAA'/>")]
    [InlineData("<image width='9' height='9' href='d&#97;ta:image/png;base64,AAAA'/>")]
    [InlineData("<use href='other.svg#a'/>")]
    [InlineData("<g xml:base='http://127.0.0.1/'/>")]
    [InlineData("<rect fill='url(http://127.0.0.1/a.svg#b)'/>")]
    [InlineData("<rect style='fill: URL( \"other.svg#b\" )'/>")]
    [InlineData("<rect style='fill: \\75 rl(other.svg#b)'/>")]
    [InlineData("<rect style='fill: u\\rl(other.svg#b)'/>")]
    [InlineData("<rect fill='\\000075rl(other.svg#b)'/>")]
    [InlineData("<rect style='fill: src(\"other.svg#b\")'/>")]
    [InlineData("<style>.a { fill: SRC( 'http://127.0.0.1/' ) }</style>")]
    [InlineData("<style>\\40 import 'x.css';</style>")]
    [InlineData("<foreignObject><img xmlns='http://www.w3.org/1999/xhtml' src='http://127.0.0.1/'/></foreignObject>")]
    [InlineData("<style>@import url('file:///etc/hostname');</style>")]
    [InlineData("<style>@im<!-- -->port 'x.css';</style>")]
    [InlineData("<style><![CDATA[@im]]><g/>port 'x.css';</style>")]
    [InlineData("<style>@im<g></g>port 'x.css';</style>")]
    [InlineData("<style>@im<g>a</g>port 'x.css';</style>")]
    [InlineData("<style><g>@import 'x.css';</g></style>")]
    [InlineData("<style>@im</style><style>port 'x.css';</style>")]
    [InlineData("<style>.a { fill: u</style><g/><style><![CDATA[rl(other.svg#b) }]]></style>")]
    [InlineData("<style>\\</style><style>\\75 rl(other.svg#b)</style>")]
    [InlineData("<style>.a { fill: s\\72<!-- --> <!-- -->c(other.svg#b) }</style>")]
    [InlineData("<style>.a { }<style>.b { }</style></style>")]
    [InlineData("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/hostname' parse='text'/>")]
    [InlineData("<?xml-stylesheet href='file:///etc/hostname'?>")]
    public async Task A_drawing_that_leads_out_of_its_file_is_refused(string content) =>
        (await _bench.Inspect(Write(Start + content + "</svg>"))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnsupportedType);

    [Theory]
    [InlineData("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" + Start + "<text>&x;</text></svg>")]
    [InlineData("<!DOCTYPE svg [<!ATTLIST image href CDATA 'file:///etc/hostname'>]>" + Start + "<image/></svg>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>" + Start + "<text>&b;</text></svg>")]
    public async Task Declarations_of_its_own_are_refused(string svg) =>
        (await _bench.Inspect(Write(svg))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnsupportedType);

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><g></svg>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'>&nothing;</svg>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'")]
    public async Task What_is_not_well_formed_is_corrupt(string svg) =>
        (await _bench.Inspect(Write(svg))).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);

    [Theory]
    [InlineData("<html><svg xmlns='http://www.w3.org/2000/svg'/></html>")]
    [InlineData("<svgx/>")]
    [InlineData("<!-- <svg/>")]
    [InlineData("<?xml version='1.0'?>")]
    [InlineData("\x1F\x8B\x08")]
    [InlineData("svg")]
    public void What_does_not_start_like_a_drawing_is_none(string text) =>
        SvgText.StartsLikeSvg(Encoding.Latin1.GetBytes(text)).ShouldBeFalse();

    [Fact]
    public void Utf_16_is_not_read_at_all() => SvgText.StartsLikeSvg(Encoding.Unicode.GetBytes("\uFEFF" + Start)).ShouldBeFalse();

    [Fact]
    public async Task A_drawing_larger_than_the_limits_is_refused_before_it_is_drawn() =>
        (await _bench.Inspect(Write("<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'>" + Red + "</svg>")))
            .Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooManyPixels);

    // From here on without the guard, so that the renderer itself has to refuse.
    [Theory]
    [InlineData("<image width='40' height='20' xlink:href='{0}'/>")]
    [InlineData("<image width='40' height='20' href='file://{0}'/>")]
    [InlineData("<style>@import url('file://{0}.css');</style><rect class='r' width='40' height='20' fill='none'/>")]
    public void The_renderer_itself_reads_no_other_file(string content)
    {
        var secret = _bench.Photos.Make("secret.png", "-size", "40x20", "xc:red");
        _bench.Photos.Write("secret.png.css", ".r { fill: red !important }"u8);

        RedOf(Start + string.Format(System.Globalization.CultureInfo.InvariantCulture, content, secret) + "</svg>").ShouldBe(0);
    }

    [Fact]
    public void The_renderer_itself_takes_no_entity_from_another_file()
    {
        var secret = _bench.Photos.Write("secret.xml", "<rect width='40' height='20' fill='red'/>"u8);

        Should.Throw<VipsException>(() => RedOf($"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{secret}'>]>{Start}&x;</svg>"));
    }

    [Fact]
    public void The_renderer_itself_asks_nobody_on_the_network()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        RedOf($"{Start}<image width='9' height='9' href='http://{listener.LocalEndpoint}/a.png'/></svg>").ShouldBe(0);

        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public void Entities_that_grow_without_end_come_to_an_end()
    {
        var entities = string.Concat(Enumerable.Range(1, 12).Select(i =>
            $"<!ENTITY e{i} '{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}'>"));
        var svg = $"<!DOCTYPE svg [<!ENTITY e0 'aaaaaaaaaa'>{entities}]>{Start}<text>&e12;</text></svg>";

        Should.Throw<VipsException>(() => RedOf(svg));
        SvgGuard.Find(Encoding.UTF8.GetBytes(svg)).ShouldNotBeNull();
    }

    [Fact]
    public void Parts_that_use_each_other_come_to_an_end()
    {
        var groups = string.Concat(Enumerable.Range(1, 20).Select(i =>
            $"<g id='g{i}'>{string.Concat(Enumerable.Repeat($"<use href='#g{i - 1}'/>", 10))}</g>"));

        Should.Throw<VipsException>(() => RedOf($"{Start}<g id='g0'><use href='#g20'/></g>{groups}</svg>"));
    }

    [Fact]
    public void The_guard_reads_no_encoding_in_which_two_parsers_could_see_two_files() =>
        Should.Throw<XmlException>(() => SvgGuard.Find(Encoding.UTF8.GetBytes($"<?xml version='1.0' encoding='utf-7'?>{Start}</svg>")));

    public void Dispose()
    {
        VipsRuntime.EndThread();
        _bench.Dispose();
    }

    private string Write(string svg) => _bench.Photos.Write("drawing.svg", Encoding.UTF8.GetBytes(svg));

    /// <summary>The pixel in the middle.</summary>
    private int RedOf(string svg)
    {
        using var file = new SourceFile(Write(svg));
        using var bitmap = VipsDecoder.Decode(file.Bytes, ImageType.Svg, 40, 20, CancellationToken.None);
        return bitmap.Pixels[((10 * 40) + 20) * 4];
    }
}
