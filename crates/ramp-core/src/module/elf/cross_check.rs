//! How far the section headers agree with what the loader reads.

use goblin::elf::Sym;
use goblin::elf::dynamic::{DT_STRTAB, DT_SYMTAB, DT_VERDEF, DT_VERNEED, DT_VERNEEDNUM, DT_VERSYM};
use goblin::elf::program_header::PT_DYNAMIC;
use goblin::elf::section_header::{SHT_DYNAMIC, SHT_DYNSYM, SHT_GNU_VERDEF, SHT_GNU_VERNEED, SHT_GNU_VERSYM};

use super::dynamic::DynamicTable;
use super::hash::Count;
use super::image::Image;
use super::sections::Sections;
use crate::module::defect::{CrossCheck, ModuleDefect};
use crate::module::read::Scan;

/// Compares file offsets and counts with what the loader uses, which is addresses.
///
/// Tools that trust the section headers would otherwise be shown another module than the loader.
pub(super) fn compare(
    scan: &mut Scan<'_>,
    sections: &Sections,
    image: &Image<'_>,
    table: Option<&DynamicTable<'_>>,
    count: Count,
) {
    if sections.is_empty() || sections.is_debug_companion() || image.segments.is_empty() {
        return;
    }
    let tag = |tag| table?.get(tag).and_then(|address| image.offset(address));
    let section = |sh_type| sections.of_type(sh_type).map(|section| section.sh_offset);
    let dynsym = sections.of_type(SHT_DYNSYM);
    let strings = dynsym.and_then(|dynsym| sections.linked(dynsym));
    let entry = Sym::size(image.encoding.ctx().container);
    let verneed = sections.of_type(SHT_GNU_VERNEED);
    let dynamic = table.map(|table| table.address).or_else(|| Some(image.segment(PT_DYNAMIC)?.p_vaddr));
    let compared = [
        (CrossCheck::DynamicTable, dynamic.and_then(|address| image.offset(address)), section(SHT_DYNAMIC)),
        (CrossCheck::Symbols, tag(DT_SYMTAB), section(SHT_DYNSYM)),
        (CrossCheck::Strings, tag(DT_STRTAB), strings.map(|strings| strings.sh_offset)),
        (CrossCheck::VersionSymbols, tag(DT_VERSYM), section(SHT_GNU_VERSYM)),
        (CrossCheck::VersionNeeds, tag(DT_VERNEED), section(SHT_GNU_VERNEED)),
        (
            CrossCheck::VersionNeedCount,
            table.and_then(|table| table.get(DT_VERNEEDNUM)),
            verneed.map(|verneed| u64::from(verneed.sh_info)),
        ),
        (CrossCheck::VersionDefinitions, tag(DT_VERDEF), section(SHT_GNU_VERDEF)),
    ];
    for (what, loader, section) in compared {
        if loader != section {
            scan.defect(ModuleDefect::SectionsDisagree { what, loader, section });
        }
    }
    let counts = count.by_hash.zip(sections.dynsym_count(entry));
    if let Some((loader, section)) = counts.filter(|(loader, section)| loader != section) {
        let what = CrossCheck::SymbolCount;
        scan.defect(ModuleDefect::SectionsDisagree { what, loader: Some(loader), section: Some(section) });
    }
}
