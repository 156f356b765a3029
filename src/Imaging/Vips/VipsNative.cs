using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

/// <summary>Imported functions of libvips. None uses C varargs, which cannot be called portably.</summary>
internal static unsafe partial class VipsNative
{
    /// <summary>The soname, not "vips": another major version has another soname and must not be loaded.</summary>
    public const string Library = "libvips.so.42";

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string name);

    [LibraryImport(Library, EntryPoint = "vips_version")]
    public static partial int Version(int part);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMax(int operations);

    [LibraryImport(Library, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetBlocked(string operationClass, [MarshalAs(UnmanagedType.Bool)] bool blocked);

    [LibraryImport(Library, EntryPoint = "vips_thread_shutdown")]
    public static partial void ShutdownThread();

    [LibraryImport(Library, EntryPoint = "vips_tracked_get_allocs")]
    public static partial int TrackedAllocations();

    [LibraryImport(Library, EntryPoint = "vips_tracked_get_mem")]
    public static partial nuint TrackedMemory();

    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrors();

    [LibraryImport(Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewOperation(string name);

    [LibraryImport(Library, EntryPoint = "vips_object_set_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetOptions(nint operation, string options);

    [LibraryImport(Library, EntryPoint = "vips_cache_operation_buildp")]
    public static partial int Build(nint* operation);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    public static partial void ReleaseOutputs(nint operation);

    [LibraryImport(Library, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(Library, EntryPoint = "vips_type_find", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint FindType(string parent, string nickname);

    /// <summary>The bytes belong to the blob.</summary>
    [LibraryImport(Library, EntryPoint = "vips_blob_get")]
    public static partial nint BlobBytes(nint blob, nuint* length);

    [LibraryImport(Library, EntryPoint = "vips_blob_new")]
    public static partial nint NewBlob(nint free, void* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_area_unref")]
    public static partial void ReleaseBlob(nint blob);

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_xoffset")]
    public static partial int XOffset(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_yoffset")]
    public static partial int YOffset(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    public static partial int Format(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    public static partial int Interpretation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_n_pages")]
    public static partial int Pages(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_page_height")]
    public static partial int PageHeight(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_orientation")]
    public static partial int Orientation(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    public static partial int HasAlpha(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeOf(VipsImage image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_set_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetInt(VipsImage image, string field, int value);

    [LibraryImport(Library, EntryPoint = "vips_image_get_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetInt(VipsImage image, string field, int* value);

    /// <summary>The numbers belong to the image.</summary>
    [LibraryImport(Library, EntryPoint = "vips_image_get_array_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetInts(VipsImage image, string field, int** values, int* count);

    [LibraryImport(Library, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetBlob(VipsImage image, string field, void** data, nuint* length);

    [LibraryImport(Library, EntryPoint = "vips_image_set_blob_copy", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetBlob(VipsImage image, string field, void* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_region_new")]
    public static partial nint NewRegion(VipsImage image);

    [LibraryImport(Library, EntryPoint = "vips_region_fetch")]
    public static partial nint FetchRegion(nint region, int left, int top, int width, int height, nuint* length);

    [LibraryImport(Library, EntryPoint = "vips_image_set_kill")]
    public static partial void SetKill(VipsImage image, [MarshalAs(UnmanagedType.Bool)] bool kill);

    [LibraryImport(Library, EntryPoint = "vips_image_write_to_memory")]
    public static partial nint WriteToMemory(VipsImage image, nuint* length);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory")]
    public static partial nint NewFromMemory(byte* data, nuint length, int width, int height, int bands, int format);
}
