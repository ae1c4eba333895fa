'use strict';

// Of mdBook's themes the book has two, light and dark, or the one that the system prefers.
(function themes() {
    const names = { default_theme: 'Auto', light: 'Light', coal: 'Dark' };
    for (const button of document.querySelectorAll('#mdbook-theme-list button')) {
        const name = names[button.id.replace('mdbook-theme-', '')];
        if (name) {
            button.textContent = name;
        } else {
            button.parentElement.remove();
        }
    }
})();

// Parts of the page have the names by which screen readers go to them.
(function landmarks() {
    document.getElementById('mdbook-menu-bar').setAttribute('role', 'banner');
    const search = document.getElementById('mdbook-search-wrapper');
    const field = document.getElementById('mdbook-searchbar');
    if (search && field) {
        search.setAttribute('role', 'search');
        field.setAttribute('aria-label', 'Search this book');
        field.setAttribute('aria-describedby', 'mdbook-searchresults-header');
    }
})();

// The chapters are opened by a button, which the keyboard reaches, where mdBook has the label of a box that is not seen.
(function chapters() {
    const label = document.getElementById('mdbook-sidebar-toggle');
    const box = document.getElementById('mdbook-sidebar-toggle-anchor');
    const button = document.createElement('button');
    button.type = 'button';
    for (const attribute of label.attributes) {
        if (attribute.name !== 'for') {
            button.setAttribute(attribute.name, attribute.value);
        }
    }
    button.append(...label.childNodes);
    const tell = () => button.setAttribute('aria-expanded', String(box.checked));
    label.replaceWith(button);
    button.addEventListener('click', () => {
        // mdBook listens on its label.
        label.click();
        box.click();
    });
    box.addEventListener('change', tell);
    tell();
})();

// On a phone, long names in tables can be broken where they have a joint, so that more columns are seen at once.
(function joints() {
    if (!window.matchMedia('(max-width: 620px)').matches) {
        return;
    }
    for (const code of document.querySelectorAll('td code')) {
        if (code.children.length === 0) {
            const parts = code.textContent.split(/(?<=[_/:])(?=\w)/);
            code.replaceChildren(...parts.flatMap((part) => [part, document.createElement('wbr')]).slice(0, -1));
        }
    }
})();

// What is scrolled by itself can be scrolled by keys.
(function scrolled() {
    const look = () => {
        for (const part of document.querySelectorAll('pre > code, .table-wrapper')) {
            if (part.scrollWidth > part.clientWidth) {
                part.tabIndex = 0;
            } else {
                part.removeAttribute('tabindex');
            }
        }
    };
    look();
    window.addEventListener('load', look);
    window.addEventListener('resize', look);
})();
