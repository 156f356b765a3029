namespace Pipeline.Storage.Tests.Contract;

public abstract partial class ObjectStoreContract
{
    [Fact]
    public async Task What_was_written_can_be_read()
    {
        var etag = await Put(Key("a.jpg"), "hello");

        await using var read = await Store.ReadAsync(Key("a.jpg"), null, default);
        var found = read.ShouldBeOfType<ReadResult.Found>();
        (await new StreamReader(found.Content).ReadToEndAsync()).ShouldBe("hello");
        found.Info.Key.ShouldBe(Key("a.jpg"));
        found.Info.Size.ShouldBe(5);
        found.Info.ETag.ShouldBe(etag);
        etag.ShouldNotBeEmpty();
        etag.ShouldNotContain('"');
    }

    [Fact]
    public async Task What_stands_beside_the_bytes_comes_back()
    {
        var options = new WriteOptions
        {
            ContentType = "image/webp",
            CacheControl = "public, max-age=31536000, immutable",
            Metadata = new Dictionary<string, string> { ["original-filename"] = "a%20\"b\"; c=d.webp", ["uploaded-by"] = "42" },
        };
        var etag = await Put(Key("a.webp"), "x", options);

        var info = (await Store.HeadAsync(Key("a.webp"), default)).ShouldNotBeNull();
        await using var read = await Store.ReadAsync(Key("a.webp"), null, default);

        foreach (var told in new[] { info, read.ShouldBeOfType<ReadResult.Found>().Info })
        {
            told.ETag.ShouldBe(etag);
            told.Size.ShouldBe(1);
            told.ContentType.ShouldBe("image/webp");
            told.CacheControl.ShouldBe(options.CacheControl);
            told.Metadata.ShouldBe(options.Metadata, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task An_object_that_was_never_written_is_missing()
    {
        (await Store.HeadAsync(Key("none"), default)).ShouldBeNull();
        (await Store.ReadAsync(Key("none"), null, default)).ShouldBeOfType<ReadResult.Missing>();
        (await Store.ReadAsync(Key("none"), "some-etag", default)).ShouldBeOfType<ReadResult.Missing>();
    }

    [Fact]
    public async Task An_object_can_be_empty()
    {
        await Put(Key("empty"), "");

        (await Text(Key("empty"))).ShouldBe("");
        (await Store.HeadAsync(Key("empty"), default)).ShouldNotBeNull().Size.ShouldBe(0);
    }

    [Fact]
    public async Task A_large_object_comes_back_byte_for_byte_from_a_stream_that_cannot_seek()
    {
        var bytes = new byte[3_000_001];
        new Random(7).NextBytes(bytes);
        var result = await Store.WriteAsync(Key("large"), new Trickle(bytes), bytes.Length, Jpeg, default);

        result.ShouldBeOfType<WriteResult.Written>();
        await using var read = await Store.ReadAsync(Key("large"), null, default);
        using var copy = new MemoryStream();
        await read.ShouldBeOfType<ReadResult.Found>().Content.CopyToAsync(copy);
        copy.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task A_write_replaces_all_of_the_object()
    {
        var first = await Put(Key("a"), "one", new WriteOptions { ContentType = "image/png", CacheControl = "no-store", Metadata = Note("old") });
        var second = await Put(Key("a"), "second");

        second.ShouldNotBe(first);
        (await Text(Key("a"))).ShouldBe("second");
        var info = (await Store.HeadAsync(Key("a"), default)).ShouldNotBeNull();
        info.ETag.ShouldBe(second);
        info.ContentType.ShouldBe("image/jpeg");
        info.Metadata.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_read_that_has_begun_stays_on_its_version()
    {
        await Put(Key("a"), "old version");
        await using var read = await Store.ReadAsync(Key("a"), null, default);
        await Put(Key("a"), "new");

        (await new StreamReader(read.ShouldBeOfType<ReadResult.Found>().Content).ReadToEndAsync()).ShouldBe("old version");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(500_000)]
    public async Task A_stream_of_another_length_than_announced_changes_nothing(long announced)
    {
        await Put(Key("kept"), "as it was");

        await Should.ThrowAsync<Exception>(() => Store.WriteAsync(Key("kept"), new Trickle("hello"u8.ToArray()), announced, Jpeg, default));
        await Should.ThrowAsync<Exception>(() => Store.WriteAsync(Key("new"), new Trickle("hello"u8.ToArray()), announced, Jpeg, default));

        (await Text(Key("kept"))).ShouldBe("as it was");
        (await Text(Key("new"))).ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_that_breaks_changes_nothing()
    {
        await Put(Key("kept"), "as it was");
        var bytes = new byte[300_000];

        await Should.ThrowAsync<Exception>(() =>
            Store.WriteAsync(Key("kept"), new Trickle(bytes, breaksAt: 200_000), bytes.Length, Jpeg, default));

        (await Text(Key("kept"))).ShouldBe("as it was");
    }

    [Fact]
    public async Task A_write_that_wants_no_object_there_gives_way_to_one_that_is()
    {
        var options = Jpeg with { IfAbsent = true };
        await Put(Key("a"), "first", options);

        var result = await Store.WriteAsync(Key("a"), new MemoryStream("other"u8.ToArray()), 5, options, default);

        result.ShouldBeOfType<WriteResult.AlreadyThere>();
        (await Text(Key("a"))).ShouldBe("first");
    }

    [Theory]
    [InlineData("Upper", "x")]
    [InlineData("", "x")]
    [InlineData("line\nbreak", "x")]
    [InlineData("name", "line\r\nX-Injected: yes")]
    [InlineData("name", "naïve")]
    public async Task Metadata_that_cannot_travel_as_a_header_is_refused(string name, string value)
    {
        var options = Jpeg with { Metadata = new Dictionary<string, string> { [name] = value } };

        await Should.ThrowAsync<ArgumentException>(() => Store.WriteAsync(Key("a"), new MemoryStream([1]), 1, options, default));
        (await Store.HeadAsync(Key("a"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task More_metadata_than_every_store_keeps_is_refused()
    {
        await Put(Key("most"), "x", Jpeg with { Metadata = Note(new string('x', 2048 - 4)) });

        var tooMuch = Jpeg with { Metadata = Note(new string('x', 2048 - 3)) };
        await Should.ThrowAsync<ArgumentException>(() => Store.WriteAsync(Key("a"), new MemoryStream([1]), 1, tooMuch, default));
    }

    [Theory]
    [InlineData("a.")]
    [InlineData("a=2F-_.x..y")]
    [InlineData("--help")]
    [InlineData("CON")]
    public async Task Every_legal_name_is_an_object_of_its_own(string name)
    {
        ObjectKey[] keys = [Key(name), Key(name + ".jpg"), Key(name + "/below"), Key(name.TrimEnd('.') + "0")];
        foreach (var key in keys) await Put(key, key.Value);

        foreach (var key in keys) (await Text(key)).ShouldBe(key.Value);
        (await List(Key(name).Value)).ShouldContain(Key(name).Value);
    }

    [Fact]
    public async Task A_key_of_the_greatest_length_works_in_one_segment_or_many()
    {
        var room = ObjectKey.MaxLength - Key("x").Value.Length + 1;
        ObjectKey[] keys =
        [
            Key(new string('a', room)),
            Key(new string('a', room - 1) + "."),
            Key(new string('a', 300) + "/" + new string('b', room - 301)),
            Key(string.Join('/', Enumerable.Repeat("c", room / 2))),
        ];
        foreach (var key in keys) await Put(key, key.Value);

        foreach (var key in keys) (await Text(key)).ShouldBe(key.Value);
    }

    private static Dictionary<string, string> Note(string value) => new() { ["note"] = value };
}
